/**
 * A label as the printer draws it, dot for dot: bold is the same text twice, a dot apart. Only the
 * shapes of the letters are the page's, for those of a printer are its own.
 */
import type { PaperView, PlacedView } from '../../../core/views/catalogue-view.ts';
import { ean13Modules } from './ean13.ts';

const FONT_DOTS = 24;
/** Where letters stand in their 24 dots. */
const BASELINE_DOTS = 20;
/** From the end of the bars to where the digits below them stand. */
const DIGITS_DOTS = 20;
/** Paper has an edge; what is placed begins within it. */
const EDGE_DOTS = 16;

export function LabelPaper({ paper: { widthDots, heightDots, placed } }: { paper: PaperView }) {
  return (
    <svg
      class="label-paper"
      viewBox={[-EDGE_DOTS, -EDGE_DOTS, widthDots + 2 * EDGE_DOTS, heightDots + 2 * EDGE_DOTS].join(
        ' ',
      )}
      role="img"
      aria-label={placed.flatMap(wordsOf).join(' ')}
    >
      {placed.map((each, at) => (
        <One key={`${at}`} placed={each} />
      ))}
    </svg>
  );
}

const wordsOf = (placed: PlacedView): string[] => {
  if (placed.kind === 'text') return [placed.text];
  return placed.kind === 'ean13' ? [`EAN-13 ${placed.digits}`] : [];
};

/** Dots across: Chinese is as wide as it is high, everything else half of that. */
const dotsOf = (text: string) =>
  [...text].reduce((sum, one) => sum + (one > '\u00ff' ? FONT_DOTS : FONT_DOTS / 2), 0);

function One({ placed }: { placed: PlacedView }) {
  if (placed.kind === 'text')
    return (
      <>
        <Text {...placed} />
        {placed.bold ? <Text {...placed} x={placed.x + 1} /> : null}
      </>
    );
  if (placed.kind === 'ean13') return <Bars {...placed} />;
  const { x, y } = placed;
  const [width, height] =
    placed.kind === 'bar'
      ? [placed.widthDots, placed.heightDots]
      : [placed.sideDots, placed.sideDots];
  return <rect x={x} y={y} width={width} height={height} />;
}

type Kind<K extends PlacedView['kind']> = Extract<PlacedView, { kind: K }>;

/** Word by word, each in its place: pictures draw several spaces as one. */
function Text({ x, y, scale, text }: Kind<'text'>) {
  const words = [...text.matchAll(/\S+/g)];
  return (
    <>
      {words.map(({ 0: word, index }) => {
        const left = x + dotsOf(text.slice(0, index)) * scale;
        const place = `translate(${left} ${y + BASELINE_DOTS * scale}) scale(${scale})`;
        return (
          <text
            key={index}
            transform={place}
            textLength={dotsOf(word)}
            lengthAdjust="spacingAndGlyphs"
          >
            {word}
          </text>
        );
      })}
    </>
  );
}

function Bars({ x, y, moduleDots, heightDots, digits }: Kind<'ean13'>) {
  const modules = ean13Modules(digits);
  const bars = [...modules].flatMap((module, at) => (module === '1' ? [at] : []));
  return (
    <>
      {bars.map((at) => (
        <rect key={at} x={x + at * moduleDots} y={y} width={moduleDots} height={heightDots} />
      ))}
      <text
        x={x + (modules.length * moduleDots) / 2}
        y={y + heightDots + DIGITS_DOTS}
        text-anchor="middle"
      >
        {digits}
      </text>
    </>
  );
}
