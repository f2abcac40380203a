/** Draws seven days of temperature with the limit as a line. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { TemperatureView } from '../../../core/views/stock-view.ts';
import { language } from '../../shared/language.ts';

const HEIGHT_PX = 240;

/** Dates where a tick is a day or a midnight, hours between them; degrees at the side. */
function axes(colour: (name: string) => string): uPlot.Axis[] {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  const dayOf = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric' });
  const hourOf = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const axis = {
    stroke: colour('--t2'),
    grid: { stroke: colour('--line'), width: 1 },
    font: `12px ${colour('--font')}`,
  };
  const timeOf = (tick: number, step: number) =>
    (step >= 86_400 || new Date(tick * 1000).getHours() === 0 ? dayOf : hourOf).format(tick * 1000);
  return [
    { ...axis, values: (_, ticks, __, ___, step) => ticks.map((tick) => timeOf(tick, step)) },
    { ...axis, size: 44, values: (_, ticks) => ticks.map((tick) => `${tick}°`) },
  ];
}

/** Returns how to take it away again. */
export function drawWeek(frame: HTMLElement, week: TemperatureView): () => void {
  const { points, limitDeciCelsius } = week;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const limit = limitDeciCelsius / 10;
  const seconds = points.map(([at]) => at);
  const chart = new uPlot(
    {
      width: frame.clientWidth,
      height: HEIGHT_PX,
      cursor: { y: false },
      legend: { show: false },
      scales: {
        y: {
          range: (_, low, high) => [
            Math.min(0, Math.floor(low - 1)),
            Math.ceil(Math.max(high, limit) + 1),
          ],
        },
      },
      axes: axes(colour),
      series: [
        {},
        { stroke: colour('--brand'), width: 2, spanGaps: false },
        { stroke: colour('--bad-text'), width: 1, dash: [6, 4] },
      ],
    },
    [
      seconds,
      points.map(([, deci]) => (deci === null ? null : deci / 10)),
      seconds.map(() => limit),
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
