/** The text of a session token as bytes: as it is where it is short, compressed where it is long. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Of the claims: what a session policy of 131,072 characters and 50 tags stay far below. */
const claimsBytesMax = 1_048_576

/** What compression finds already written: the words of tokens and policies, commonest last. */
export const dictionary = Buffer.from(
  '"transitiveTagKeys" iam: s3: sts: dynamodb: kms: secretsmanager: sqs: sns: ec2: lambda: logs: ' +
    'arn:aws:iam::aws:policy/ arn:aws:s3:::","NotAction":["NotResource":["StringNotEquals":{"' +
    '"StringLike":{"aws:PrincipalTag/"StringEquals":{"aws:RequestedRegion":"us-east-1"' +
    '{"k":"sessionToken","a":"{"k":"federatedUser","a":"","n":"","d":"","r":["arn:aws:iam::' +
    '"],"t":[["","v":[""f":false,"s":"{"k":"assumedRole","a":"","p":"AROA","i":17,"e":17' +
    '{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Sid\\":\\"\\",\\"Effect\\":\\"Deny\\",' +
    '\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"s3:Get*\\"],\\"Action\\":\\"*\\",' +
    '\\"Condition\\":{\\"Resource\\":[\\"arn:aws:s3:::\\"],\\"Resource\\":\\"*\\"}]}',
)

/** Where deflate begins, this says a block of the type that it has reserved: no stream does. */
const plainMark = Buffer.from([0x07])

/** Bytes of claims below which nothing is compressed: it takes longer than all else together. */
const compressedBytesMin = 1024

/** What deflate's window must hold beyond what it looks at. Source: zlib, MIN_LOOKAHEAD. */
const lookaheadBytes = 262

const unpacking = { dictionary, maxOutputLength: claimsBytesMax }

/** Inverse of `unpackedText`. @param bytesMin Filled up to at least as many. */
export function packedText(text: string, bytesMin: number): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length < compressedBytesMin) {
    const packed = Buffer.concat([plainMark, bytes])
    const room = Math.max(bytesMin - packed.length, 0)
    return room === 0 ? packed : Buffer.concat([packed, Buffer.alloc(room, ' ')])
  }
  // Compressed data ends by itself: what stands behind it is not read.
  const packed = compressed(bytes)
  return packed.length >= bytesMin ? packed : Buffer.concat([packed], bytesMin)
}

export function unpackedText(plaintext: Uint8Array): string {
  if (plaintext[0] === plainMark[0]) return Buffer.from(plaintext).toString('utf8', 1)
  return inflateRawSync(plaintext, unpacking).toString()
}

/**
 * As with zlib's defaults, byte for byte, in less time: to set up a window and tables
 * larger than the text costs more than to compress it.
 */
export function compressed(text: Buffer): Buffer {
  const windowBytes = dictionary.length + text.length + lookaheadBytes
  const windowBits = Math.min(Math.ceil(Math.log2(windowBytes)), 15)
  // So many symbols to a block that a text is one block wherever the defaults make it one.
  const memLevel = Math.min(windowBits - 6, 8)
  return deflateRawSync(text, { dictionary, level: 6, windowBits, memLevel })
}
