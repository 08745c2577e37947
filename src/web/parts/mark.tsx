// The product's sign, and the small signs of the menu; drawn, never the only way to tell.

export function ProductMark() {
  return (
    <svg viewBox="0 0 32 32" className="product-mark" aria-hidden="true">
      <rect x="2" y="5" width="28" height="22" rx="4" className="ground" />
      <path d="M17.5 8.5 10 17.6h4.9l-1.4 6L21 14.5h-5z" className="bolt" />
    </svg>
  )
}

const outlines = {
  home: 'M3 9.5 10 4l7 5.5V16a1 1 0 0 1-1 1h-3.5v-5h-5v5H4a1 1 0 0 1-1-1z',
  recharges: 'M4 4h12v12.5l-2-1.2-2 1.2-2-1.2-2 1.2-2-1.2-2 1.2zM7 8h6M7 11h6',
  seen: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  unseen: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM4 16 16 4',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
} as const

export function Icon({ name }: { name: keyof typeof outlines }) {
  return (
    <svg viewBox="0 0 20 20" className="icon" aria-hidden="true">
      <path d={outlines[name]} />
    </svg>
  )
}
