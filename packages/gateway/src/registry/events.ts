import { adoptableBuses, busCreatedAt, eventBusOperations } from './events-buses.ts'
import { eventPermissionOperations } from './events-permissions.ts'
import { busOfRule, defaultBus, placeOfEvents } from './events-places.ts'
import { noBus } from './events-words.ts'
import type { KeptService } from './kept.ts'

/** What is about a rule alone: its absence says nothing of the bus. */
const ofRules = /^(DescribeRule|EnableRule|DisableRule|ListTargetsByRule)$/

/** Event buses, and their rules. Source: EventBridge User Guide, "Permissions for event buses". */
export const keptEvents: KeptService = {
  service: 'events',
  resourceOf: placeOfEvents,
  missing: noBus,
  standing: defaultBus,
  isGone: (operation, _status, code, { type }) =>
    /ResourceNotFound/.test(code ?? '') &&
    (type === 'rule' ? ofRules.test(operation) : operation === 'DescribeEventBus'),
  tagsOf: ({ arn: own, tags }, arn) => (arn === own ? tags : []),
  keysOf: ({ type, settings }) =>
    type === 'rule' ? { 'events:creatorAccount': String(settings.creatorAccount) } : {},
  policiesOf({ arn, policy, type }, _arn, resources) {
    const decides = type === 'rule' ? resources.find(busOfRule(arn) ?? '')?.policy : policy
    return decides === undefined ? [] : [decides]
  },
  createdAt: busCreatedAt,
  adoptableType: 'event-bus',
  adoptable: adoptableBuses,
  operations: { ...eventBusOperations, ...eventPermissionOperations },
}
