/**
 * What no string or member name may hold: C0 and C1 controls and DEL (newline too: it forges log lines), line and
 * paragraph separators and bidi embeddings and overrides (U+2028-202E), bidi isolates (U+2066-2069), lone surrogates
 * (with the `u` flag a surrogate range matches only unpaired ones).
 */
const FORBIDDEN = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]', 'u')

/** Whether a text may stand in a signed document. For checking what a person typed before it is signed. */
export function isPlainText(text: string): boolean {
  return !FORBIDDEN.test(text)
}
