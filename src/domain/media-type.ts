// What a file is, told by its first bytes; a name proves nothing.

/** The types an attachment may have. */
export const attachmentTypes = ['image/jpeg', 'image/png', 'application/pdf'] as const
export type AttachmentType = (typeof attachmentTypes)[number]

const beginnings: Readonly<Record<AttachmentType, Buffer>> = {
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  'application/pdf': Buffer.from('%PDF-'),
}

/** So many bytes tell every type. */
export const headBytes = Math.max(...Object.values(beginnings).map(beginning => beginning.length))

export function mediaTypeOf(head: Buffer): string {
  const found = attachmentTypes.find(type => head.subarray(0, beginnings[type].length).equals(beginnings[type]))
  return found ?? 'application/octet-stream'
}
