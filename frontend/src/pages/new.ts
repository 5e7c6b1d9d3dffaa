// A new search: a site is chosen or brought along, looked over, changed and submitted. A refusal
// leaves the form as it was.

import type { JobRequest } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import './frame.ts';
import '../style/new.css';
import { type FieldError, get, Refusal } from '../api/calls.ts';
import { find, pageData, say } from '../dom/element.ts';
import { said, t } from '../i18n/texts.ts';
import { Draft } from '../new/draft.ts';
import { Memory } from '../new/draft-persistence.ts';
import { Complaints } from '../new/form-errors.ts';
import { NameField } from '../new/name-field.ts';
import type { Digest } from '../new/preview.ts';
import { Checking } from '../new/preview-request.ts';
import { Wishes } from '../new/search-options.ts';
import { SiteChoice } from '../new/site-choice.ts';
import { SiteParts } from '../new/site-preview.ts';
import { StartButton } from '../new/start-button.ts';
import { takeQuery } from '../new/url-query.ts';

interface Data {
  devices: { name: string }[];
  can_submit: boolean;
}

const { devices, can_submit } = pageData<Data>();
const form = find<HTMLFormElement>('[data-form="search"]');
const draft = new Draft();
const complaints = new Complaints(form);
const wishes = new Wishes(form, draft);
const name = can_submit ? new NameField(form, draft) : undefined;
const button = can_submit ? new StartButton(form) : undefined;
const parts = new SiteParts(form, draft);
const checking = new Checking(() => draft.wish(), answered);
const choice = new SiteChoice(
  form,
  devices.map((device) => device.name),
  { draft, parts, checking, complaints },
  () => memory.remember(),
);
const memory = new Memory(draft, choice);

begin();

form.addEventListener('change', changed);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (button) start(button);
});

/** As the address and what was kept have it. */
async function begin(): Promise<void> {
  const kept = memory.recall();
  const query = new URLSearchParams(location.search);
  const again = query.get('again');
  takeQuery(draft, query);
  showWanted();
  if (kept?.own) choice.bring(kept.own.requirement);
  else if (again) await takeFrom(again);
  else await choice.begin(query.get('sample'));
  if (!kept) return;
  draft.restore(kept);
  showWanted();
  changed();
}

/** An earlier search, with all that it was submitted with. */
async function takeFrom(job: string): Promise<void> {
  const url = jobApi(job);
  try {
    const [wish, { title }] = await Promise.all([
      get<JobRequest>(`${url}/submission`),
      get<{ title: string }>(url),
    ]);
    draft.want(wish);
    showWanted();
    await choice.takeFrom(job, title, wish);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const unknown = find('[data-unknown]');
    say(unknown, said(refusal.message));
    unknown.hidden = false;
    await choice.begin(null);
  }
}

function showWanted(): void {
  wishes.show();
  name?.show();
}

function changed(): void {
  memory.remember();
  if (!choice.made) return;
  parts.sumUp();
  const wrong = mistyped();
  if (wrong.length > 0) complaints.show(wrong);
  checking.soon();
}

/** What is no number, which nobody needs to be asked about. */
function mistyped(): FieldError[] {
  return [...wishes.fields, ...parts.fields].flatMap(({ wrong }) => wrong ?? []);
}

function answered(answer: Digest | Refusal): void {
  const refused = answer instanceof Refusal;
  complaints.show([...mistyped(), ...(refused ? parts.inWords(answer.errors) : [])]);
  if (refused) {
    if (answer.errors.length === 0) complaints.say(answer.message);
    parts.refuse();
  } else {
    parts.show(answer);
    name?.showSite(answer.name);
  }
}

async function start(button: StartButton): Promise<void> {
  complaints.clear();
  const wrong = mistyped();
  if (wrong.length > 0) return complaints.insist(wrong);
  if (!choice.made) {
    return complaints.say(t('Choose or drop a file first, or take a sample.'), 'site');
  }
  checking.drop();
  try {
    const page = await button.send(draft.wish());
    memory.forget();
    location.assign(page);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.errors.length === 0) complaints.say(refusal.message);
    else complaints.insist(parts.inWords(refusal.errors));
  }
}
