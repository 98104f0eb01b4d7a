import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { evaluationApi } from '../../api/evaluation.ts';
import { asTrouble } from '../../api/load.ts';
import { Button } from '../../parts/Button.tsx';
import { FileButton } from '../../parts/FileButton.tsx';
import { given } from '../../parts/given.ts';
import { Problem } from '../../parts/Problem.tsx';
import { ownPicture } from './state.ts';

/** A picture of one's own through the network of a run: chosen, dropped or pasted. */
export function GivenPicture({ id }: { readonly id: string }) {
  const refused = useSignal<ReturnType<typeof asTrouble> | undefined>(undefined);
  const take = async (file: File): Promise<void> => {
    refused.value = undefined;
    try {
      const { pixels } = await evaluationApi.picture(id, file);
      ownPicture.value = { run: id, name: file.name, pixels };
    } catch (error) {
      refused.value = asTrouble(error);
    }
  };
  useEffect(() => given(({ files: [file] }) => file && void take(file)), [id]);
  return (
    <>
      <div class="row">
        <FileButton
          accept="image/*"
          take={file => void take(file)}
          says="A picture of yours through this network: choose it here, drop it anywhere on the page, or paste it."
        >
          Own picture
        </FileButton>
        {ownPicture.value?.run === id && (
          <Button
            onClick={() => {
              ownPicture.value = undefined;
            }}
            says="Goes back to the rows of its own data."
          >
            Back to its data
          </Button>
        )}
      </div>
      {refused.value && <Problem message={refused.value.message} hint={refused.value.hint} />}
    </>
  );
}
