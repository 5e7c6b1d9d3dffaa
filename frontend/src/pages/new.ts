// A new search: what is chosen is in the address, and a refusal leaves the form as it was.

import './frame.ts';
import '../style/new.css';
import { Refusal } from '../api.ts';
import { find, html, pageData, say } from '../element.ts';
import { list } from '../format.ts';
import { Submission } from '../submission.ts';

interface Data {
  devices: { name: string; label: string }[];
}

const { devices } = pageData<Data>();
const labels = new Map(devices.map(({ name, label }) => [name, label]));
const form = find<HTMLFormElement>('[data-form="search"]');
const submit = document.querySelector<HTMLButtonElement>('[data-action="submit"]');
const samples = [...form.querySelectorAll<HTMLInputElement>('input[name="sample"]')];
const goals = [...form.querySelectorAll<HTMLInputElement>('input[name="goal"]')];
const quick = find<HTMLInputElement>('input[name="quick"]', form);
const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="disabled_devices"]')];
const submission = new Submission();

takeFromAddress();
summarise();

form.addEventListener('change', () => {
  summarise();
  putIntoAddress();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  start();
});
// Coming back by the browser's back button must not find the button still busy.
addEventListener('pageshow', () => busy(false));

async function start(): Promise<void> {
  clearErrors();
  busy(true);
  try {
    const id = await submission.send({
      sample: sample(),
      disabled_devices: disabled(),
      options: {
        goal: goal(),
        detail: quick.checked ? 'typical days' : 'whole horizon',
      },
    });
    location.assign(`/jobs/${encodeURIComponent(id)}`);
  } catch (refusal) {
    busy(false);
    if (!(refusal instanceof Refusal)) throw refusal;
    showErrors(refusal);
  }
}

function sample(): string {
  return samples.find(({ checked }) => checked)?.value ?? '';
}

function goal(): string {
  return goals.find(({ checked }) => checked)?.value ?? 'cheapest';
}

function disabled(): string[] {
  return boxes.filter(({ checked }) => checked).map(({ value }) => value);
}

function busy(is: boolean): void {
  if (!submit) return;
  submit.disabled = is;
  say(submit, is ? 'Starting…' : 'Start the search');
}

function summarise(): void {
  const names = disabled().map((name) => labels.get(name) ?? name);
  say(
    find('[data-field="summary"]'),
    names.length === 0
      ? `All ${devices.length} devices may be used.`
      : names.length <= 3
        ? `Without ${list(names)}.`
        : `${names.length} of ${devices.length} devices are left out.`,
  );
}

function takeFromAddress(): void {
  const query = new URLSearchParams(location.search);
  const wanted = samples.find(({ value }) => value === query.get('sample'));
  if (wanted) wanted.checked = true;
  const asked = goals.find(({ value }) => value === query.get('goal'));
  if (asked) asked.checked = true;
  quick.checked = query.has('quick');
  const out = new Set(query.getAll('disabled'));
  for (const box of boxes) if (out.size > 0) box.checked = out.has(box.value);
}

function putIntoAddress(): void {
  const query = new URLSearchParams({ sample: sample() });
  if (goal() !== 'cheapest') query.set('goal', goal());
  if (quick.checked) query.set('quick', '1');
  for (const name of disabled()) query.append('disabled', name);
  history.replaceState(null, '', `?${query}`);
}

function clearErrors(): void {
  for (const error of form.querySelectorAll<HTMLElement>('[data-error]')) {
    error.hidden = true;
    error.replaceChildren();
  }
}

/** Each message beside its field; one that no field here has goes beside the button. */
function showErrors({ message, errors }: Refusal): void {
  if (errors.length === 0) showError('form', message);
  for (const { field, message } of errors) {
    const [name = '', index] = field.split('.');
    const device = index === undefined ? undefined : disabled()[Number(index)];
    const text = device === undefined ? message : `${labels.get(device) ?? device}: ${message}`;
    const known = ['sample', 'options', 'disabled_devices'].includes(name);
    showError(known ? name : 'form', known ? text : `${field}: ${message}`);
  }
  form.querySelector('[data-error]:not([hidden])')?.scrollIntoView({ block: 'nearest' });
}

function showError(place: string, message: string): void {
  const error = find(`[data-error="${place}"]`, form);
  error.append(html('span', {}, message));
  error.hidden = false;
}
