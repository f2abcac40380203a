/** The table of articles; on a phone each row folds into a card. */
import type { ProductsView, ProductView } from '../../../core/views/catalogue-view.ts';
import { unitPrice, yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { language, pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { may } from '../operator.ts';
import { choose, chooseAll, chosen } from './store.ts';

const COLUMNS = ['pinyin', 'plu', 'barcode', 'tare'] as const;

export function ProductTable({ view: { products } }: { view: ProductsView }) {
  const all = products.every(({ sku }) => chosen.value.has(sku));
  return (
    <section class="card goods">
      <table>
        <caption class="unseen">{t('n.products')}</caption>
        <thead>
          <tr>
            {may('goods') ? (
              <th scope="col" class="tick">
                <label>
                  <input
                    type="checkbox"
                    checked={all}
                    aria-label={t('pr.choose_all', { n: products.length })}
                    onChange={(event) => chooseAll(products, event.currentTarget.checked)}
                  />
                  <span aria-hidden="true">{t('pr.choose_all', { n: products.length })}</span>
                </label>
              </th>
            ) : null}
            <th scope="col">{t('pr.article')}</th>
            {COLUMNS.map((each) => (
              <th key={each} scope="col" class={each}>
                {t(`pr.${each}`)}
              </th>
            ))}
            <th scope="col" class="number">
              {t('pr.price')}
            </th>
            <th scope="col">{t('s.state')}</th>
          </tr>
        </thead>
        <tbody>
          {products.map((each) => (
            <Row key={each.sku} product={each} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ product }: { product: ProductView }) {
  const { sku, name, picture, pinyin, plu, gtin, tareGrams, onSale } = product;
  const other = language.value === 'zh' ? name.en : name.zh;
  return (
    <tr data-off={!onSale || null}>
      {may('goods') ? (
        <td class="tick">
          <label>
            <input
              type="checkbox"
              checked={chosen.value.has(sku)}
              aria-label={t('pr.choose', { name: pick(name) })}
              onChange={(event) => choose(product, event.currentTarget.checked)}
            />
          </label>
        </td>
      ) : null}
      <th scope="row">
        <span class="article">
          <Picture sku={sku} name={name} picture={picture} small />
          <span>
            {pick(name)}
            <small lang={language.value === 'zh' ? 'en' : 'zh-CN'}>{other}</small>
          </span>
        </span>
      </th>
      <td class="pinyin">{pinyin[0]}</td>
      <td class="plu">{plu}</td>
      <td class="barcode">{gtin}</td>
      <td class="tare">{tareGrams > 0 ? `${tareGrams} ${t('unit.g')}` : ''}</td>
      <td class="number">
        <Price product={product} />
      </td>
      <td class="state">
        {onSale ? (
          <span class="quiet">{t('pr.on_sale')}</span>
        ) : (
          <span class="badge" data-level="warn">
            {t('pr.off_sale')}
          </span>
        )}
      </td>
    </tr>
  );
}

/** The price, whose it is, and what head office says where the store has its own. */
function Price({ product }: { product: ProductView }) {
  const { unitPriceFen, priceBasis, lockedBy, local } = product;
  const own = local.find(({ field }) => field === 'unitPriceFen');
  return (
    <>
      <strong class="whole">{unitPrice(unitPriceFen, priceBasis)}</strong>
      {lockedBy ? (
        <small class="lock">
          <Icon name="lock" />
          {lockedBy}
        </small>
      ) : null}
      {own ? <small>{t('pr.own', { name: own.by, price: yuan(Number(own.base)) })}</small> : null}
    </>
  );
}
