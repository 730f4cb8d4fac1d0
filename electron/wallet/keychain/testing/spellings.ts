/** The texts under which bytes may have leaked: as they are, in hexadecimal and in both alphabets of base64. */
export function spellings(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes)
  // Base64 of a part of a larger text depends on where it starts: cut the first 0 to 2 bytes and the unfinished group.
  const base64 = [0, 1, 2].flatMap((cut) => {
    const whole = buffer.subarray(cut, buffer.length - ((buffer.length - cut) % 3))
    return [whole.toString('base64'), whole.toString('base64url')]
  })
  return [buffer.toString('latin1'), buffer.toString('hex'), buffer.toString('hex').toUpperCase(), ...base64]
}
