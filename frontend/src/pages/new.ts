// A new search: a site is chosen or brought along, looked over, changed and submitted. Small choices
// are in the address; a refusal leaves the form as it was.

import './frame.ts';
import '../style/new.css';
import { type FieldError, get, Refusal } from '../api.ts';
import { days } from '../charts/calendar.ts';
import { find, pageData, say } from '../element.ts';
import { figure } from '../format.ts';
import { Checking } from '../new/checking.ts';
import { Complaints, complaint } from '../new/complaints.ts';
import { Devices } from '../new/devices.ts';
import type { Digest } from '../new/digest.ts';
import { type Change, Draft, type Requirement, type Site } from '../new/draft.ts';
import { forget, save, saved } from '../new/kept.ts';
import type { Look } from '../new/look.ts';
import { NameField } from '../new/name.ts';
import { OwnSite } from '../new/own-site.ts';
import { Prices } from '../new/prices.ts';
import { Wishes } from '../new/wishes.ts';
import { Submission, type Wish } from '../submission.ts';
import { t, titled } from '../texts.ts';

interface Data {
  can_submit: boolean;
  devices: { name: string }[];
}

const { devices: known, can_submit } = pageData<Data>();
const catalogue = known.map(({ name }) => name);
const form = find<HTMLFormElement>('[data-form="search"]');
const submit = document.querySelector<HTMLButtonElement>('[data-action="submit"]');
const samples = [...form.querySelectorAll<HTMLInputElement>('input[name="sample"]')];
const parts = find('[data-site]', form);
const submission = new Submission();
const draft = new Draft();
const complaints = new Complaints(form);
const name = can_submit ? new NameField(form, draft) : undefined;
const wishes = new Wishes(form, draft);
const prices = new Prices(find('[data-prices]', form), draft);
const devices = new Devices(find('[data-devices]', form), draft);
const checking = new Checking(() => draft.wish(), answered);
const own = new OwnSite(find('[data-own]', form), catalogue, { site: fromFiles, wrong: refuse });
let look: Promise<Look> | undefined;
/** One's own site, while a sample is looked at. */
let brought: Site | undefined;
/** The search whose site this is. */
let again = new URLSearchParams(location.search).get('again');
/** Of which the parts are shown. */
let shown: Site | undefined;
/** Whether a draft would be lost with the page. */
let losable = false;

begin();

for (const radio of samples) radio.addEventListener('change', () => choose(radio.value));
form.addEventListener('change', () => changed());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (submit) start();
});
// Coming back by the browser's back button must not find the button still busy.
addEventListener('pageshow', () => busy(false));
addEventListener('beforeunload', (event) => {
  if (losable) event.preventDefault();
});

/** As the address and what was kept have it. */
async function begin(): Promise<void> {
  const before = saved();
  const here = before?.address === location.search ? before : undefined;
  takeFromAddress();
  if (here?.own) bring(here.own.requirement);
  else if (again) await takeFrom(again);
  else await choose(samples.find(({ checked }) => checked)?.value ?? '');
  if (!here) return;
  draft.restore(here);
  name?.show();
  wishes.show();
  changed();
}

function takeFromAddress(): void {
  const query = new URLSearchParams(location.search);
  const wanted = samples.find(({ value }) => value === query.get('sample'));
  if (wanted) wanted.checked = true;
  if (['alternatives', 'front'].includes(query.get('goal') ?? '')) {
    draft.change(['options', 'goal'], query.get('goal'));
  }
  if (query.has('quick')) draft.change(['options', 'detail'], 'typical days');
  draft.disabled = new Set(query.getAll('disabled'));
  wishes.show();
}

/** An earlier search, with all that it was submitted with. */
async function takeFrom(job: string): Promise<void> {
  const url = `/api/v1/jobs/${encodeURIComponent(job)}`;
  try {
    const wish = await get<Wish & { name: string | null }>(`${url}/submission`);
    const { sample, requirement, disabled_devices, options } = wish;
    for (const [option, value] of Object.entries(options)) {
      draft.change(['options', option], value as Change);
    }
    draft.name = wish.name ?? '';
    name?.show();
    draft.disabled = new Set(disabled_devices);
    wishes.show();
    if (sample) await choose(sample);
    else bring(requirement ?? {});
    again = job;
    const { title } = await get<{ title: string }>(url);
    cameFrom(title, `/jobs/${encodeURIComponent(job)}`);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    again = null;
    complaints.say(refusal.message, 'site');
    await choose(samples[0]?.value ?? '');
  }
}

function cameFrom(title: string, href: string): void {
  const line = find('[data-again]', form);
  const link = find<HTMLAnchorElement>('a', line);
  link.href = href;
  say(link, titled(title));
  line.hidden = false;
}

/** A sample by its name, or one's own site. */
async function choose(sample: string): Promise<void> {
  again = null;
  find('[data-again]', form).hidden = true;
  check(sample);
  own.show(sample === '');
  checking.drop();
  if (sample === '') return brought ? fromFiles(brought.requirement) : empty();
  take({ sample, requirement: {} });
  try {
    const requirement = await get<Requirement>(`/api/v1/samples/${encodeURIComponent(sample)}`);
    if (draft.site.sample !== sample) return;
    draft.complete(requirement);
    checking.now();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    complaints.say(refusal.message);
  }
}

function check(sample: string): void {
  for (const radio of samples) radio.checked = radio.value === sample;
}

/** Another site than before, whose own devices this one doesn't know. */
function take(site: Site): void {
  draft.take(site);
  draft.disabled = new Set([...draft.disabled].filter((device) => catalogue.includes(device)));
}

/** One's own site; none until its files are put right. */
function fromFiles(requirement: Requirement | undefined): void {
  again = null;
  find('[data-again]', form).hidden = true;
  check('');
  own.show(true);
  complaints.clear();
  brought = requirement && { requirement };
  if (brought) {
    take(brought);
    checking.now();
    remember();
  } else empty();
}

/** One's own site as it was in an earlier search, or before the page was loaded again. */
function bring(site: Requirement): void {
  check('');
  own.show(true);
  own.name(String(site.name ?? ''));
  brought = { requirement: site };
  draft.take(brought);
  checking.now();
}

function refuse(errors: readonly FieldError[]): void {
  brought = undefined;
  empty();
  complaints.show(errors);
}

/** Nothing to look at yet. */
function empty(): void {
  checking.drop();
  draft.take({ requirement: {} });
  shown = undefined;
  parts.hidden = true;
  say(find('[data-field="summary"]'), '');
}

function changed(): void {
  remember();
  if (parts.hidden && !brought && !draft.site.sample) return;
  say(find('[data-field="summary"]'), shown ? devices.summary : '');
  const wrong = mistyped();
  if (wrong.length > 0) complaints.show(wrong);
  checking.soon();
}

/** What is no number, which nobody needs to be asked about. */
function mistyped(): FieldError[] {
  return [...wishes.fields, ...prices.fields].flatMap(({ wrong }) => wrong ?? []);
}

function answered(answer: Digest | Refusal): void {
  const refused = answer instanceof Refusal;
  complaints.show([...mistyped(), ...(refused ? inWords(answer.errors) : [])]);
  if (!refused) show(answer);
  else if (answer.errors.length === 0) complaints.say(answer.message);
  if (refused && shown !== draft.site) parts.hidden = true;
}

function show(digest: Digest): void {
  if (shown !== draft.site) {
    shown = draft.site;
    prices.show(digest);
    devices.show(digest);
  }
  name?.showSite(digest.name);
  parts.hidden = false;
  say(find('[data-field="horizon"]'), horizon(digest));
  say(find('[data-field="summary"]'), devices.summary);
  look ??= import('../new/look.ts').then(({ Look }) => new Look(find('[data-look]', form)));
  look.then((there) => there.show(digest));
}

function horizon({ start, steps, step_hours }: Digest): string {
  const first = Date.parse(start);
  const last = first + steps * step_hours * 3_600_000 - 1;
  return t('%(days)s in steps of %(hours)s h: %(steps)s values each. They stand for a year.', {
    days: days(first, last),
    hours: figure(step_hours),
    steps: figure(steps),
  });
}

async function start(): Promise<void> {
  const wrong = mistyped();
  complaints.clear();
  if (wrong.length > 0) {
    complaints.show(wrong);
    return complaints.goTo(wrong);
  }
  if (!draft.site.sample && !brought) {
    return complaints.say(t('Choose or drop a file first, or take a sample.'), 'site');
  }
  busy(true);
  checking.drop();
  try {
    const id = await submission.send(draft.wish());
    losable = false;
    forget();
    location.assign(`/jobs/${encodeURIComponent(id)}`);
  } catch (refusal) {
    busy(false);
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.errors.length === 0) return complaints.say(refusal.message);
    const errors = inWords(refusal.errors);
    complaints.show(errors);
    complaints.goTo(errors);
  }
}

/** Devices by what people call them, not by their place in a list. */
function inWords(errors: readonly FieldError[]): FieldError[] {
  return errors.map(({ field, message }) => {
    const [part, index] = field.split('.');
    const device = part === 'disabled_devices' && [...draft.disabled][Number(index)];
    return {
      field,
      message: device ? complaint(devices.labelOf(device) ?? device, message) : message,
    };
  });
}

function busy(is: boolean): void {
  if (!submit) return;
  submit.disabled = is;
  say(submit, is ? t('Starting…') : t('Start the search'));
}

/** In the address what fits there, in the window's storage the rest. */
function remember(): void {
  const query = new URLSearchParams();
  if (again) query.set('again', again);
  else {
    if (draft.site.sample) query.set('sample', draft.site.sample);
    if (wishes.goal !== 'cheapest') query.set('goal', wishes.goal);
    if (draft.value(['options', 'detail'])) query.set('quick', '1');
    for (const name of draft.disabled) query.append('disabled', name);
  }
  history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
  const isOwn = !draft.site.sample && brought !== undefined && !again;
  const kept = save({
    ...draft.kept(),
    address: location.search,
    ...(isOwn && brought && { own: brought }),
  });
  losable = !kept && isOwn;
}
