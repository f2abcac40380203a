/** The photo of one article: taken with the phone or chosen from a file, shown at once, removable. */
import { useSignal } from '@preact/signals';
import type { ProductView } from '../../../core/views/catalogue-view.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { ask } from '../operator.ts';
import { settle } from './store.ts';

/** More than the screens need; a phone's own is ten times that. */
const LONGEST_SIDE = 1600;

export function Photo({ product }: { product: ProductView }) {
  const { sku, name, picture, local } = product;
  const busy = useSignal(false);
  const own = local.some(({ field }) => field === 'picture');
  const path = `/api/products/${encodeURIComponent(sku)}/picture`;
  const send = async (method: 'POST' | 'DELETE', body?: Blob) => {
    busy.value = true;
    await settle(
      await ask<CommandAnswer>(method, path, body),
      t(body ? 'pr.photo_kept' : 'pr.photo_gone'),
    );
    busy.value = false;
  };
  return (
    <div class="photo">
      <Picture sku={sku} name={name} picture={picture} />
      <label class="plain">
        <Icon name="camera" />
        {t('pr.photo')}
        <input
          class="unseen"
          type="file"
          accept="image/jpeg,image/png,image/webp"
          disabled={busy.value}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void smaller(file).then((body) => send('POST', body));
            event.currentTarget.value = '';
          }}
        />
      </label>
      {own ? (
        <button
          type="button"
          class="plain"
          disabled={busy.value}
          onClick={() => void send('DELETE')}
        >
          <Icon name="leave" />
          {t('pr.photo_remove')}
        </button>
      ) : null}
    </div>
  );
}

/** So that a phone's photo does not take long over a weak network; as it is where it cannot be read. */
async function smaller(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return file;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
  return blob ?? file;
}
