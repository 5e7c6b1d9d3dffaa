// A new search: its site is chosen or uploaded, reviewed, changed and submitted. A refusal leaves
// the form as it was.

import type { JobRequest } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import './frame.ts';
import '../style/new.css';
import { type FieldError, get, Refusal } from '../api/calls.ts';
import { find, pageData, setText } from '../dom/element.ts';
import { t, translateMessage } from '../i18n/texts.ts';
import { Draft } from '../new/draft.ts';
import { DraftPersistence } from '../new/draft-persistence.ts';
import { FormErrors } from '../new/form-errors.ts';
import { NameField } from '../new/name-field.ts';
import type { Preview } from '../new/preview.ts';
import { PreviewRequest } from '../new/preview-request.ts';
import { SearchOptions } from '../new/search-options.ts';
import { SiteChoice } from '../new/site-choice.ts';
import { SitePreview } from '../new/site-preview.ts';
import { StartButton } from '../new/start-button.ts';
import { takeQuery } from '../new/url-query.ts';

interface Data {
  devices: { name: string }[];
  can_submit: boolean;
}

const { devices, can_submit } = pageData<Data>();
const form = find<HTMLFormElement>('[data-form="search"]');
const draft = new Draft();
const formErrors = new FormErrors(form, draft);
const searchOptions = new SearchOptions(form, draft);
const name = can_submit ? new NameField(form, draft) : undefined;
const button = can_submit ? new StartButton(form) : undefined;
const sitePreview = new SitePreview(form, draft);
const previewRequest = new PreviewRequest(() => draft.request(), answered);
const choice = new SiteChoice(
  form,
  devices.map((device) => device.name),
  { draft, sitePreview, previewRequest, formErrors },
  () => persistence.remember(),
);
const persistence = new DraftPersistence(draft, choice);

begin();

form.addEventListener('change', changed);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (button) start(button);
});

/** As the address and what was kept have it. */
async function begin(): Promise<void> {
  const kept = persistence.recall();
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
    const [request, { title }] = await Promise.all([
      get<JobRequest>(`${url}/submission`),
      get<{ title: string }>(url),
    ]);
    draft.want(request);
    showWanted();
    await choice.takeFrom(job, title, request);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const unknown = find('[data-unknown]');
    setText(unknown, translateMessage(refusal.message));
    unknown.hidden = false;
    await choice.begin(null);
  }
}

function showWanted(): void {
  searchOptions.show();
  name?.show();
}

function changed(): void {
  persistence.remember();
  if (!choice.made) return;
  sitePreview.sumUp();
  const wrong = mistyped();
  if (wrong.length > 0) formErrors.show(wrong);
  previewRequest.soon();
}

/** What is no number, which nobody needs to be asked about. */
function mistyped(): FieldError[] {
  return [...searchOptions.fields, ...sitePreview.fields].flatMap(({ wrong }) => wrong ?? []);
}

function answered(answer: Preview | Refusal): void {
  const refused = answer instanceof Refusal;
  formErrors.show([...mistyped(), ...(refused ? sitePreview.inWords(answer.errors) : [])]);
  if (refused) {
    if (answer.errors.length === 0) formErrors.say(answer.message);
    sitePreview.refuse();
  } else {
    sitePreview.show(answer);
    name?.showSite(answer.name);
  }
}

async function start(button: StartButton): Promise<void> {
  formErrors.clear();
  const wrong = mistyped();
  if (wrong.length > 0) return formErrors.insist(wrong);
  if (!choice.made) {
    return formErrors.say(t('Choose or drop a file first, or take a sample.'), 'site');
  }
  previewRequest.drop();
  try {
    const page = await button.send(draft.request());
    persistence.forget();
    location.assign(page);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.errors.length === 0) formErrors.say(refusal.message);
    else formErrors.insist(sitePreview.inWords(refusal.errors));
  }
}
