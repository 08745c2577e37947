// A long number in groups of four; the gaps are only drawn, so that copying gives the digits alone.

export function Digits({ text }: { text: string }) {
  const groups = text.match(/.{1,4}/g) ?? []
  return (
    <span className="digits">
      {groups.map((group, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups of one number have no name but their place
        <span key={place}>{group}</span>
      ))}
    </span>
  )
}
