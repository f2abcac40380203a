import type { Text } from '../../core/ports.ts';
import { smallPicture } from '../../core/views/catalogue-view.ts';
import { pick } from './language.ts';

/** Grounds for initial tiles, dark enough for white letters; chosen by the article, so it stays. */
const GROUNDS = ['#0b7a4b', '#8a4b00', '#0b4a8f', '#9a3412', '#6b3fa0', '#47616d'] as const;

function ground(sku: string): string {
  let sum = 0;
  for (const letter of sku) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return GROUNDS[sum % GROUNDS.length] ?? GROUNDS[0];
}

interface PictureProps {
  sku: string;
  name: Text;
  picture: string;
  /** For a list: a small file where there is one. */
  small?: boolean;
}

/** An article's picture, or the first character of its name on its own ground; never a broken image. */
export function Picture({ sku, name, picture, small }: PictureProps) {
  if (picture) {
    return (
      <span class="picture">
        <img
          src={`/pictures/${encodeURIComponent(small ? smallPicture(picture) : picture)}`}
          alt=""
          draggable={false}
        />
      </span>
    );
  }
  return (
    <span class="picture" data-initial style={{ background: ground(sku) }} aria-hidden="true">
      {[...pick(name)][0] ?? [...name.zh][0]}
    </span>
  );
}
