/** The comparison as a picture: each seed a dot, how often it ran out against what it wasted. */

interface Dot {
  stockOutRate: number;
  wasteRate: number;
}

interface Run {
  policies: Record<'ours' | 'fixedPar' | 'movingAverage', Dot>;
}

const NAMES = {
  ours: { colour: '#0a7d4f', label: '一刻 Yike' },
  fixedPar: { colour: '#b4541a', label: '固定应有量 fixed par (tuned)' },
  movingAverage: { colour: '#3a5ea8', label: '移动平均 moving average (tuned)' },
} as const;
type Name = keyof typeof NAMES;
const ORDER: readonly Name[] = ['fixedPar', 'movingAverage', 'ours'];

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [720, 460, 70, 60, 50, 20];

const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x}" y="${y}" font-size="14" fill="#333" ${more}>${words}</text>`;

/** An SVG of its own: no script, no font but the reader's. */
export function refillChart(runs: readonly Run[]): string {
  const dots = runs.flatMap(({ policies }) => Object.values(policies));
  const most = (of: (dot: Dot) => number) => Math.max(0.01, ...dots.map(of)) * 1.1;
  const [mostWaste, mostOut] = [most((dot) => dot.wasteRate), most((dot) => dot.stockOutRate)];
  const x = (rate: number) => LEFT + (rate / mostWaste) * (WIDTH - LEFT - RIGHT);
  const y = (rate: number) => HEIGHT - BOTTOM - (rate / mostOut) * (HEIGHT - BOTTOM - TOP);
  const percent = (rate: number) => `${(rate * 100).toFixed(1)} %`;
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const grid = steps.flatMap((step) => [
    `<path d="M${LEFT} ${y(step * mostOut)}H${WIDTH - RIGHT}" stroke="#ddd"/>`,
    text(LEFT - 8, y(step * mostOut) + 5, percent(step * mostOut), 'text-anchor="end"'),
    text(
      x(step * mostWaste),
      HEIGHT - BOTTOM + 20,
      percent(step * mostWaste),
      'text-anchor="middle"',
    ),
  ]);
  const drawn = ORDER.flatMap((name) =>
    runs.map(({ policies }) => {
      const { wasteRate, stockOutRate } = policies[name];
      return `<circle cx="${x(wasteRate).toFixed(1)}" cy="${y(stockOutRate).toFixed(1)}" r="5" fill="${NAMES[name].colour}" fill-opacity="0.75"/>`;
    }),
  );
  const legend = ORDER.toReversed().map((name, at) => {
    const left = LEFT + at * 215;
    return `<circle cx="${left}" cy="24" r="6" fill="${NAMES[name].colour}"/>${text(left + 12, 29, NAMES[name].label)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif">`,
    '<title>缺货率与报废率 Stock-out rate against waste rate</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...grid,
    ...drawn,
    ...legend,
    text((WIDTH + LEFT) / 2, HEIGHT - 14, '报废率 waste rate', 'text-anchor="middle"'),
    text(
      18,
      HEIGHT / 2,
      '缺货率 stock-out rate',
      `text-anchor="middle" transform="rotate(-90 18 ${HEIGHT / 2})"`,
    ),
    '</svg>',
  ].join('\n');
}
