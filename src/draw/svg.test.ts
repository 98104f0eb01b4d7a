/** SVG text: well formed, and it shows in a decoder that is not ours what was painted. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { svgContext } from './svg.ts';

/** The colour of a pixel of the picture as librsvg paints it. */
async function painter(svg: string): Promise<(x: number, y: number) => string> {
  const { data, info } = await sharp(Buffer.from(svg)).flatten({ background: '#fff' }).raw().toBuffer({
    resolveWithObject: true,
  });
  return (x, y) => {
    const at = (y * info.width + x) * info.channels;
    return `#${[0, 1, 2].map(i => data[at + i]!.toString(16).padStart(2, '0')).join('')}`;
  };
}

describe('what is painted is seen', () => {
  it('rectangles, paths, arcs, clips, transforms, pixels', async () => {
    const context = svgContext(100, 100);
    context.fillStyle = '#ff0000';
    context.fillRect(0, 0, 20, 20);
    context.save();
    context.fillStyle = '#00ff00';
    context.translate(40, 0);
    context.scale(2, 2);
    context.fillRect(0, 0, 10, 10);
    context.restore();
    context.fillRect(70, 0, 10, 10);
    context.beginPath();
    context.arc(20, 60, 15, 0, 2 * Math.PI);
    context.fill();
    context.save();
    context.beginPath();
    context.rect(50, 50, 10, 10);
    context.clip();
    context.fillStyle = '#0000ff';
    context.fillRect(40, 40, 40, 40);
    context.restore();
    context.pixels({ width: 2, height: 1, rgb: Uint8Array.from([1, 2, 3, 200, 100, 50]) }, 80, 80, 20, 20);
    const at = await painter(context.svg());
    expect([at(10, 10), at(50, 10), at(58, 18), at(62, 10), at(75, 5)]).toEqual([
      '#ff0000',
      '#00ff00',
      '#00ff00',
      '#ffffff',
      '#ff0000',
    ]);
    expect([at(20, 60), at(20, 48), at(3, 45)]).toEqual(['#ff0000', '#ff0000', '#ffffff']);
    expect([at(55, 55), at(45, 45), at(65, 65)]).toEqual(['#0000ff', '#ffffff', '#ffffff']);
    expect([at(83, 90), at(96, 90)]).toEqual(['#010203', '#c86432']);
  });

  it('dashes leave gaps, a stroke has its width, alpha mixes', async () => {
    const context = svgContext(60, 30);
    context.strokeStyle = '#000000';
    context.lineWidth = 10;
    context.setLineDash([20, 20]);
    context.beginPath();
    context.moveTo(0, 10);
    context.lineTo(60, 10);
    context.stroke();
    context.globalAlpha = 0.5;
    context.fillRect(0, 20, 60, 10);
    const at = await painter(context.svg());
    expect([at(10, 10), at(10, 6), at(30, 10), at(50, 10)]).toEqual(['#000000', '#000000', '#ffffff', '#000000']);
    expect(at(30, 25)).toMatch(/^#(7f7f7f|808080)$/);
  });
});

it('text is escaped, whatever it holds, and the picture says what it shows', async () => {
  const context = svgContext(200, 40, { title: '<a> & "b"\u0000' });
  context.font = '600 14px serif';
  context.fillText('</text><script>alert(1)</script>\ud800', 5, 20);
  const svg = context.svg();
  expect(svg).not.toContain('<script');
  expect(svg).toContain('aria-label="&lt;a&gt; &amp; &quot;b&quot; "');
  expect(svg).toContain('font-weight="600"');
  await expect(sharp(Buffer.from(svg)).metadata()).resolves.toMatchObject({ format: 'svg', width: 200, height: 40 });
});

it('a clip that was never given up is closed at the end', async () => {
  const context = svgContext(20, 20);
  context.save();
  context.beginPath();
  context.rect(0, 0, 10, 10);
  context.clip();
  context.fillRect(0, 0, 20, 20);
  const at = await painter(context.svg());
  expect([at(5, 5), at(15, 15)]).toEqual(['#000000', '#ffffff']);
});
