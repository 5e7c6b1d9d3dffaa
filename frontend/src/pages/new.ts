// A new search: its site is chosen or uploaded, reviewed, changed and submitted. A refusal leaves
// the form as it was.

import './frame.ts';
import '../style/new.css';
import { type FieldError, get, Refusal } from '../api/calls.ts';
import type { JobRequest, JobSummary } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { find, pageData, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import { AudienceField } from '../new/audience-field.ts';
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

class NewSearchPage {
  private readonly form = find<HTMLFormElement>('[data-form="search"]');
  private readonly draft = new Draft();
  private readonly formErrors = new FormErrors(this.form, this.draft);
  private readonly searchOptions = new SearchOptions(this.form, this.draft);
  private readonly sitePreview = new SitePreview(this.form, this.draft);
  private readonly previewRequest = new PreviewRequest(
    () => this.draft.request(),
    (answer) => this.answered(answer),
  );
  private readonly name: NameField | undefined;
  private readonly audience: AudienceField | undefined;
  private readonly button: StartButton | undefined;
  private readonly choice: SiteChoice;
  private readonly persistence: DraftPersistence;

  constructor({ devices, can_submit }: Data) {
    const { form, draft, sitePreview, previewRequest, formErrors } = this;
    if (can_submit) {
      this.name = new NameField(form, draft);
      this.audience = new AudienceField(form, draft);
      this.button = new StartButton(form);
    }
    this.choice = new SiteChoice(
      form,
      devices.map((device) => device.name),
      { draft, sitePreview, previewRequest, formErrors },
      () => this.persistence.remember(),
    );
    this.persistence = new DraftPersistence(draft, this.choice);
    form.addEventListener('change', () => this.changed());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.button) this.submit(this.button);
    });
  }

  /** Starts from the address and from the draft that was stored before a reload. */
  async start(): Promise<void> {
    const stored = this.persistence.recall();
    const query = new URLSearchParams(location.search);
    const earlierJob = query.get('again');
    takeQuery(this.draft, query);
    this.showOptions();
    if (stored?.own) this.choice.useRequirement(stored.own.requirement);
    else if (earlierJob) await this.useEarlier(earlierJob);
    else await this.choice.start(query.get('sample'));
    if (!stored) return;
    this.draft.restore(stored);
    this.showOptions();
    this.changed();
  }

  /** Starts from an earlier search, with everything that it was submitted with. */
  private async useEarlier(job: string): Promise<void> {
    const url = jobApi(job);
    try {
      const [request, { title }] = await Promise.all([
        get<JobRequest>(`${url}/submission`),
        get<JobSummary>(url),
      ]);
      this.draft.copyRequest(request);
      this.showOptions();
      await this.choice.useEarlier(job, title, request);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const unknown = find('[data-unknown]');
      setText(unknown, refusal.message);
      unknown.hidden = false;
      await this.choice.start(null);
    }
  }

  private showOptions(): void {
    this.searchOptions.show();
    this.name?.show();
    this.audience?.show();
  }

  private changed(): void {
    this.persistence.remember();
    if (!this.choice.hasSite) return;
    this.sitePreview.updateSummary();
    const wrong = this.mistyped();
    if (wrong.length > 0) this.formErrors.show(wrong);
    this.previewRequest.soon();
  }

  /** Fields whose text is not a number; the server need not be asked. */
  private mistyped(): FieldError[] {
    return [...this.searchOptions.fields, ...this.sitePreview.fields].flatMap(
      ({ wrong }) => wrong ?? [],
    );
  }

  private answered(answer: Preview | Refusal): void {
    const { formErrors, sitePreview } = this;
    if (answer instanceof Refusal) {
      formErrors.show([...this.mistyped(), ...sitePreview.withLabels(answer.errors)]);
      if (answer.errors.length === 0) formErrors.showMessage(answer.message);
      sitePreview.refuse();
    } else {
      formErrors.show(this.mistyped());
      sitePreview.show(answer);
      this.name?.showSite(answer.name);
    }
  }

  private async submit(button: StartButton): Promise<void> {
    const { formErrors } = this;
    formErrors.clear();
    const wrong = this.mistyped();
    if (wrong.length > 0) return formErrors.showAndFocus(wrong);
    if (!this.choice.hasSite) {
      return formErrors.showMessage(t('Choose or drop a file first, or take a sample.'), 'site');
    }
    this.previewRequest.cancel();
    try {
      const page = await button.send(this.draft.request());
      this.persistence.forget();
      location.assign(page);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.errors.length === 0) formErrors.showMessage(refusal.message);
      else formErrors.showAndFocus(this.sitePreview.withLabels(refusal.errors));
    }
  }
}

new NewSearchPage(pageData<Data>()).start();
