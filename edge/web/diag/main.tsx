import '../shared/theme.ts';
import { render } from 'preact';
import { DoorPage } from '../admin/door.tsx';
import { door, lookAtDoor, personName } from '../admin/operator.ts';
import { speakAsChosen } from '../shared/chosen-language.ts';
import { diag as enDiag } from '../shared/i18n/en/diag.ts';
import { door as enDoor } from '../shared/i18n/en/door.ts';
import { diag as zhDiag } from '../shared/i18n/zh/diag.ts';
import { door as zhDoor } from '../shared/i18n/zh/door.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { learnWords, pick, t } from '../shared/language.ts';
import { LanguageButton } from '../shared/language-button.tsx';
import { Bench } from './bench.tsx';
import { DeviceRoom } from './device.tsx';
import { DeviceList } from './list.tsx';
import { chosenId, copied, devices, follow, refused } from './tools.ts';

learnWords({ zh: zhDoor, en: enDoor });
learnWords({ zh: zhDiag, en: enDiag });

speakAsChosen();
void lookAtDoor().then(follow);

function Top() {
  return (
    <header class="bar">
      <div class="store">
        <Mark />
        <div>
          {t('g.title')}
          <small>{personName.value}</small>
        </div>
      </div>
      <a class="plain" href="/admin/">
        <Icon name="home" />
        {t('g.admin')}
      </a>
      <LanguageButton class="plain" />
    </header>
  );
}

function Refused() {
  const refusal = refused.value;
  if (!refusal) return null;
  return (
    <div class="refused" role="alert">
      <Icon name="warn" />
      <p>
        {pick(refusal.message)}
        <small>{pick(refusal.next)}</small>
      </p>
      <button type="button" class="plain" onClick={() => (refused.value = undefined)}>
        {t('app.close')}
      </button>
    </div>
  );
}

/** Said once it is on the clipboard. */
function Copied() {
  return (
    <p class="copied" role="status" data-shown={copied.value !== undefined || null}>
      {copied.value === undefined ? '' : t('g.copied')}
    </p>
  );
}

function Page() {
  if (door.value.state !== 'in' && door.value.state !== 'unknown') return <DoorPage />;
  const list = devices.value;
  if (!list)
    return (
      <main class="loading" aria-busy="true">
        <Mark />
        <p>{t('app.connecting')}</p>
      </main>
    );
  const chosen = list.find(({ id }) => id === chosenId.value);
  return (
    <>
      <Top />
      <Refused />
      <Copied />
      <main class="diag">
        <DeviceList devices={list} />
        {chosen ? <DeviceRoom key={chosen.id} device={chosen} /> : <Bench />}
      </main>
    </>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
render(<Page />, page);
