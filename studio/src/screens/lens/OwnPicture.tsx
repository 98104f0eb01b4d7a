import { useSignal } from '@preact/signals';
import { FileButton } from '../../parts/FileButton.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { image, imageSize } from './state.ts';

/** A picture of any size as few grey pixels, 0 to 1; its middle square. */
async function greyOf(file: Blob): Promise<readonly number[]> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const context = new OffscreenCanvas(imageSize, imageSize).getContext('2d')!;
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, left, top, side, side, 0, 0, imageSize, imageSize);
  picture.close();
  const { data } = context.getImageData(0, 0, imageSize, imageSize);
  return Array.from({ length: imageSize ** 2 }, (_, i) => {
    const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
    return Number(((0.299 * red! + 0.587 * green! + 0.114 * blue!) / 255).toFixed(2));
  });
}

/** A picture of one's own under the kernel. */
export function OwnPicture() {
  const refused = useSignal('');
  const take = async (file: File): Promise<void> => {
    refused.value = '';
    try {
      image.value = await greyOf(file);
    } catch {
      refused.value = `${file.name} is no picture that this browser can read.`;
    }
  };
  return (
    <>
      <FileButton
        accept="image/*"
        take={file => void take(file)}
        says="A picture of yours, made small and grey; it stays in this page."
      >
        own picture
      </FileButton>
      {refused.value !== '' && <Problem message={refused.value} />}
    </>
  );
}
