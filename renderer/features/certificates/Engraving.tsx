import { useId, useMemo } from 'react'
import css from './Engraving.module.css'
import { guilloche } from './guilloche.ts'

/** Behind a certificate on the screen: two borders and a rosette that are this ID's alone. */
export function Engraving({ id }: { readonly id: string }) {
  const pattern = useId()
  const { rosettes, waves } = useMemo(() => guilloche(id), [id])
  return (
    <svg className={css['engraving']} aria-hidden="true" width="100%" height="100%">
      <defs>
        <pattern id={pattern} width="48" height="28" patternUnits="userSpaceOnUse">
          <g transform="translate(0 14)">
            {waves.map((path) => (
              <path key={path} d={path} />
            ))}
          </g>
        </pattern>
      </defs>
      <rect width="100%" height="28" fill={`url(#${pattern})`} />
      <svg x="0" y="100%" overflow="visible">
        <rect y="-28" width="100%" height="28" fill={`url(#${pattern})`} />
      </svg>
      <svg x="50%" y="50%" overflow="visible">
        <g className={css['rosette']}>
          {rosettes.map((path) => (
            <path key={path} d={path} />
          ))}
        </g>
      </svg>
    </svg>
  )
}

/** A4 in millimetres. */
const WIDTH = 210
const HEIGHT = 297
/** From the edge of the paper to the middle of the border. */
const EDGE = 13.5
const CORNER = 8.5
const WAVE_SCALE = 0.28

/** The same lines around a sheet of paper, drawn out one by one: patterns would be printed as dots. */
export function PaperEngraving({ id }: { readonly id: string }) {
  const wave = useId()
  const rosette = useId()
  const { rosettes, waves } = useMemo(() => guilloche(id), [id])
  const sides = [
    { length: WIDTH, turn: `translate(0 ${EDGE})` },
    { length: WIDTH, turn: `translate(0 ${HEIGHT - EDGE})` },
    { length: HEIGHT, turn: `translate(${EDGE} 0) rotate(90)` },
    { length: HEIGHT, turn: `translate(${WIDTH - EDGE} 0) rotate(90)` },
  ]
  return (
    <svg className={css['paper']} fill="none" aria-hidden="true" viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      <defs>
        <g id={wave}>
          {waves.map((path) => (
            <path key={path} d={path} />
          ))}
        </g>
        <g id={rosette}>
          {rosettes.map((path) => (
            <path key={path} d={path} />
          ))}
        </g>
      </defs>
      {sides.map(({ length, turn }) => (
        <g key={turn} transform={turn} className={css['border']}>
          {alongside(length - 2 * (EDGE + CORNER)).map((at) => (
            <use key={at} href={`#${wave}`} transform={`translate(${EDGE + CORNER + at} 0) scale(${WAVE_SCALE})`} />
          ))}
        </g>
      ))}
      {[EDGE, WIDTH - EDGE].flatMap((x) =>
        [EDGE, HEIGHT - EDGE].map((y) => (
          <use
            key={`${x} ${y}`}
            href={`#${rosette}`}
            className={css['corner']}
            transform={`translate(${x} ${y}) scale(${CORNER / 100})`}
          />
        )),
      )}
      {[EDGE - 4.5, EDGE + 4.5].map((inset) => (
        <rect
          key={inset}
          className={css['rule']}
          x={inset}
          y={inset}
          width={WIDTH - 2 * inset}
          height={HEIGHT - 2 * inset}
        />
      ))}
      <use
        href={`#${rosette}`}
        className={css['ground']}
        transform={`translate(${WIDTH / 2} ${HEIGHT / 2 - 14}) scale(0.74)`}
      />
    </svg>
  )
}

/** Where whole waves begin that fill a length, evenly. */
function alongside(length: number): readonly number[] {
  const each = 48 * WAVE_SCALE
  const count = Math.round(length / each)
  return Array.from({ length: count }, (_, index) => (length - count * each) / 2 + index * each)
}

/** Pressed only onto what was verified. Four letters: in columns from the right as on a seal, Latin ones in lines. */
export function Seal({ company }: { readonly company: string }) {
  const letters = Array.from(company.replaceAll(/[^\p{L}\p{N}]/gu, '')).slice(0, 4)
  const inLines = /^\p{Script=Latin}/u.test(company)
  const placeOf = (index: number) => {
    const [isSecond, isSecondOfPair] = [index >= 2, index % 2 === 1]
    return inLines
      ? { x: isSecondOfPair ? 54 : 26, y: isSecond ? 66 : 37 }
      : { x: isSecond ? 26 : 54, y: isSecondOfPair ? 66 : 37 }
  }
  return (
    <svg className={css['seal']} viewBox="0 0 80 80" aria-hidden="true">
      <rect x="3" y="3" width="74" height="74" rx="10" />
      <rect x="8" y="8" width="64" height="64" rx="6" className={css['line']} />
      {letters.map((letter, index) => (
        <text key={index} {...placeOf(index)} textAnchor="middle">
          {letter}
        </text>
      ))}
    </svg>
  )
}
