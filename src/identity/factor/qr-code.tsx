import { encode } from 'uqr';

/** Modules of white around the picture; readers want some. */
const BORDER = 2;

/** The dark runs of one row, as commands of an SVG path. */
const runsOf = (row: readonly boolean[], y: number) =>
  [
    ...row
      .map((isDark) => (isDark ? '1' : '0'))
      .join('')
      .matchAll(/1+/g),
  ]
    .map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`)
    .join('');

/** A text as a QR code: one path, with a run of dark modules a command, so that it weighs little. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: BORDER });
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <rect fill="white" width={size} height={size} />
      <path fill="black" d={data.map(runsOf).join('')} />
    </svg>
  );
}
