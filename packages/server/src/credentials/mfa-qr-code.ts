/** As authenticator apps show who the code is for. Source: the QR codes that AWS makes. */
const issuer = 'Amazon Web Services'

/**
 * What an authenticator app reads: `otpauth://totp/Issuer:name@account?secret=…&issuer=Issuer`.
 * Source: IAM API Reference, VirtualMFADevice, QRCodePNG; Key URI Format.
 *
 * @param account The account's alias, or its id.
 */
export function otpauthUri(deviceName: string, account: string, base32Seed: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(`${deviceName}@${account}`)}`
  const parameters = `secret=${base32Seed}&issuer=${encodeURIComponent(issuer)}`
  return `otpauth://totp/${label}?${parameters}`
}

/** A PNG of the QR code of a text, black on white, with the quiet zone around it. */
export async function qrCodePng(text: string): Promise<Uint8Array> {
  const { toBuffer } = await import('qrcode') // Not at start: few ever need it.
  return toBuffer(text, { type: 'png', errorCorrectionLevel: 'M' })
}
