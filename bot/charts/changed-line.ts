import { ink, useLetters, type Overlay } from './picture.ts';
import { clock } from './time-axis.ts';

/** An upright line at the moment of a change. Its label stands above what is drawn, where nothing else is. */
export function changedLine(at: number): Overlay<'line'> {
  return (context, { chartArea: { top, bottom, left, right }, scales }) => {
    const x = scales['x']?.getPixelForValue(at) ?? left;
    const label = `changed ${clock(at)}`;
    useLetters(context, 17, 'alphabetic');
    context.fillStyle = ink;
    context.fillRect(x - 1.25, top - 6, 2.5, bottom - top + 6);
    const width = context.measureText(label).width;
    context.fillText(label, Math.min(Math.max(x - width / 2, left), right - width), top - 12);
  };
}
