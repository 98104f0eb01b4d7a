/** The place of an element over a picture, in pixels. */
export const boxStyle = (box: { x: number; y: number; width: number; height: number }) => ({
  insetInlineStart: `${box.x}px`,
  insetBlockStart: `${box.y}px`,
  inlineSize: `${box.width}px`,
  blockSize: `${box.height}px`,
});
