/** Larger pictures say no more; smaller ones are read as they are. */
const LONGEST_SIDE_PX = [1_600, 700] as const
const MAX_PICTURE_BYTES = 30_000_000

export type QrReading = { readonly text: string } | { readonly trouble: 'notAPicture' | 'noCode' }

/** The text of the QR code on a picture. The picture stays in this page: no file, no address, no camera. */
export async function readQrImage(picture: Blob): Promise<QrReading> {
  if (picture.size > MAX_PICTURE_BYTES) return { trouble: 'notAPicture' }
  const bitmap = await createImageBitmap(picture).catch(() => undefined)
  if (bitmap === undefined) return { trouble: 'notAPicture' }
  try {
    const { default: jsQr } = await import('jsqr')
    for (const longest of LONGEST_SIDE_PX) {
      const { data, width, height } = pixelsOf(bitmap, longest)
      const found = jsQr(data, width, height)
      if (found !== null && found.data !== '') return { text: found.data }
    }
    return { trouble: 'noCode' }
  } finally {
    bitmap.close()
  }
}

/** On white, because a code may stand on nothing. */
function pixelsOf(bitmap: ImageBitmap, longest: number): ImageData {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  ]
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (context === null) throw new Error('there is no canvas')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  return context.getImageData(0, 0, width, height)
}
