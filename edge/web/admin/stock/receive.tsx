/** A delivery: which article, how many, until when, of which lot. */
import { t } from '../../shared/language.ts';
import { fieldsOf, refused, tell } from './store.ts';

export function Receive({
  sku,
  pieces,
  orderId,
}: {
  sku?: string;
  pieces?: number;
  orderId?: string;
}) {
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = event.currentTarget;
    const text = fieldsOf(form);
    const [expiresOn, supplierLot] = [text('expiresOn'), text('supplierLot')];
    const done = await tell({
      kind: 'receive',
      sku: sku ?? text('sku'),
      pieces: Number(text('pieces')),
      ...(expiresOn !== '' && { expiresOn }),
      ...(supplierLot !== '' && { supplierLot }),
      ...(orderId !== undefined && { orderId }),
    });
    if (done) form.reset();
    else refused.value && scrollTo({ top: 0 });
  };
  return (
    <form class="receive" onSubmit={(event) => void send(event)}>
      {sku === undefined ? (
        <label>
          {t('st.sku')}
          <input type="text" name="sku" required />
        </label>
      ) : null}
      <label>
        {t('st.pieces')}
        <input type="number" name="pieces" min={1} required defaultValue={pieces} />
      </label>
      <label>
        {t('st.expires')}
        <input type="date" name="expiresOn" />
      </label>
      <label>
        {t('st.lot')}
        <input type="text" name="supplierLot" maxLength={64} />
      </label>
      <button type="submit" class="primary">
        {t('st.receive')}
      </button>
    </form>
  );
}
