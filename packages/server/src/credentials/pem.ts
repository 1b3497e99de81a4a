/** One block of a PEM text: `-----BEGIN CERTIFICATE-----`. */
export interface PemBlock {
  readonly label: string
  readonly der: Buffer
}

const begin = '-----BEGIN '
const dashes = '-----'
const labelCharsMax = 64

/**
 * The blocks of a PEM text, in order; undefined where anything but white space stands between them
 * or anything but base64 in them, such as the headers of an encrypted key. Cost: linear.
 * Source: RFC 7468, the strict form.
 */
export function parsePem(text: string): readonly PemBlock[] | undefined {
  const blocks: PemBlock[] = []
  // Ends: each round advances `offset` past a block.
  for (let offset = pastSpace(text, 0); offset < text.length;) {
    if (!text.startsWith(begin, offset)) return undefined
    const labelStart = offset + begin.length
    const labelEnd = text.slice(labelStart, labelStart + labelCharsMax + 1).indexOf(dashes)
    const label = labelEnd === -1 ? '' : text.slice(labelStart, labelStart + labelEnd)
    if (!/^[A-Z0-9 ]+$/.test(label)) return undefined
    const end = `-----END ${label}-----`
    const bodyStart = labelStart + label.length + dashes.length
    const bodyEnd = text.indexOf(end, bodyStart)
    if (bodyEnd === -1) return undefined
    const body = text.slice(bodyStart, bodyEnd).replaceAll(/[ \t\r\n]+/g, '')
    if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return undefined
    blocks.push({ label, der: Buffer.from(body, 'base64') })
    offset = pastSpace(text, bodyEnd + end.length)
  }
  return blocks
}

function pastSpace(text: string, from: number): number {
  let offset = from
  while (offset < text.length && ' \t\r\n'.includes(text.charAt(offset))) offset++
  return offset
}
