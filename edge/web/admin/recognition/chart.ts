/** Draws the shares of each day: first tile right, first four, unknown, found by hand. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { HitDayView } from '../../../core/views/recognition-view.ts';
import { language } from '../../shared/language.ts';

const HEIGHT_PX = 240;
const LINES = [
  { colour: '--brand', of: (day: HitDayView) => day.first },
  { colour: '--info-text', of: (day: HitDayView) => day.firstFour },
  { colour: '--bad-text', of: (day: HitDayView) => day.unknown },
  { colour: '--warn-text', of: (day: HitDayView) => day.byHand },
];

/** Returns how to take it away again. */
export function drawDays(frame: HTMLElement, days: HitDayView[]): () => void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  const dayOf = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric' });
  const axis = {
    stroke: colour('--t2'),
    grid: { stroke: colour('--line'), width: 1 },
    font: `12px ${colour('--font')}`,
  };
  const chart = new uPlot(
    {
      width: frame.clientWidth,
      height: HEIGHT_PX,
      cursor: { y: false },
      legend: { show: false },
      scales: { x: { time: false, range: [-0.4, days.length - 0.6] }, y: { range: [0, 100] } },
      axes: [
        {
          ...axis,
          incrs: [1, 2, 5, 10],
          values: (_, ticks) =>
            ticks.map((tick) => {
              const day = days[tick]?.day;
              return day ? dayOf.format(new Date(`${day}T12:00`)) : '';
            }),
        },
        { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => `${tick}%`) },
      ],
      series: [
        {},
        ...LINES.map((line, at) => ({
          stroke: colour(line.colour),
          width: 2,
          points: { show: true, size: 6, fill: colour(line.colour) },
          ...(at > 1 && { dash: [6, 4] }),
        })),
      ],
    },
    [
      days.map((_, at) => at),
      ...LINES.map(({ of }) =>
        days.map((day) => (day.seen === 0 ? null : (100 * of(day)) / day.seen)),
      ),
    ],
    frame,
  );
  const fit = new ResizeObserver(() => {
    chart.setSize({ width: frame.clientWidth, height: HEIGHT_PX });
  });
  fit.observe(frame);
  return () => {
    fit.disconnect();
    chart.destroy();
  };
}
