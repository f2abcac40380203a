import { generate } from 'lean-qr';
import { useEffect, useRef } from 'preact/hooks';

/** A QR code drawn on a canvas, one pixel a module, scaled up crisply by the style sheet. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) generate(text).toCanvas(canvas.current);
  }, [text]);
  return <canvas class="qr" ref={canvas} role="img" aria-label={label} />;
}
