/**
 * Writes packages/wire/models/*.json and *.ts from the AWS SDK's runtime schemas and botocore's facts
 * (no documentation text): `node tools/models/generate.ts`. Both sources are Apache-2.0, see NOTICE.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { readBotocore } from './botocore.ts'
import { mergeModel } from './merge.ts'
import { renderJson, renderTypes } from './render.ts'
import { readSdk } from './sdk.ts'
import { modelledServices } from './services.ts'

export const modelsFolder = fileURLToPath(new URL('../../packages/wire/models/', import.meta.url))

/**
 * The files that should be there, name → text; undefined where botocore is missing.
 *
 * Errors: throws where the SDK and botocore contradict each other.
 */
export async function generateModels(): Promise<
  { botocore: string; files: Map<string, string> } | undefined
> {
  const services = await readSdk()
  const folderOf = (service: string) =>
    modelledServices.find((modelled) => modelled.service === service)?.botocore ?? service
  const botocore = readBotocore(
    services.map(({ facts }) => `${folderOf(facts.service)}/${facts.apiVersion}`),
  )
  if (botocore === undefined) return undefined
  const files = new Map<string, string>()
  const style = await resolveConfig(modelsFolder)
  for (const sdk of services) {
    const { service } = sdk.facts
    const known = botocore.services[folderOf(service)]
    if (known === undefined) throw new Error(`botocore has no ${service}`)
    const handled = modelledServices.some((each) => each.service === service && each.handled)
    const model = mergeModel(sdk, known, botocore.version, handled)
    files.set(`${service}.json`, renderJson(model))
    if (!handled) continue
    files.set(`${service}.ts`, await format(renderTypes(model), { ...style, parser: 'typescript' }))
  }
  return { botocore: botocore.version, files }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const generated = await generateModels()
  if (generated === undefined) {
    console.error('python3 with botocore is needed to generate the models: pip install botocore')
    process.exit(1)
  }
  for (const [name, text] of generated.files) {
    writeFileSync(new URL(name, `file://${modelsFolder}`), text)
    console.log(`${name}: ${text.length} characters`)
  }
}
