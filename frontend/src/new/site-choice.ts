// The choice of a site for a new search: a sample, uploaded files, or an earlier search.

import { type FieldError, get, Refusal } from '../api/calls.ts';
import type { JobRequest } from '../api/types.ts';
import { jobPage } from '../api/urls.ts';
import { find, setText } from '../dom/element.ts';
import { translateTitle } from '../i18n/texts.ts';
import type { Draft, Requirement, Site } from './draft.ts';
import type { FormErrors } from './form-errors.ts';
import type { PreviewRequest } from './preview-request.ts';
import type { SitePreview } from './site-preview.ts';
import { SiteUpload } from './site-upload.ts';

/** The parts of the page that depend on the site. */
interface PageParts {
  draft: Draft;
  sitePreview: SitePreview;
  previewRequest: PreviewRequest;
  formErrors: FormErrors;
}

export class SiteChoice {
  private readonly samples: HTMLInputElement[];
  private readonly files: SiteUpload;
  private readonly origin: HTMLElement;
  private readonly catalogue: readonly string[];
  private readonly page: PageParts;
  private readonly remember: () => void;
  private earlier: string | undefined;
  /** The uploaded site, while a sample is shown. */
  private uploadedSite: Site | undefined;

  /** `catalogue`: its devices. `remember`: called when a site without an address is chosen. */
  constructor(
    form: HTMLFormElement,
    catalogue: readonly string[],
    page: PageParts,
    remember: () => void,
  ) {
    this.samples = [...form.querySelectorAll<HTMLInputElement>('input[name="sample"]')];
    this.origin = find('[data-again]', form);
    this.catalogue = catalogue;
    this.page = page;
    this.remember = remember;
    this.files = new SiteUpload(find('[data-own]', form), catalogue, {
      site: (requirement) => this.useUploaded(requirement),
      wrong: (errors) => this.refuse(errors),
    });
    for (const radio of this.samples) {
      radio.addEventListener('change', () => this.choose(radio.value));
    }
  }

  /** Whether a site is chosen. */
  get hasSite(): boolean {
    return Boolean(this.page.draft.site.sample || this.uploadedSite);
  }

  /** The earlier search that the site is from. */
  get earlierJob(): string | undefined {
    return this.earlier;
  }

  /** The uploaded site, which no address names. */
  get uploaded(): Site | undefined {
    return this.earlierJob || this.page.draft.site.sample ? undefined : this.uploadedSite;
  }

  /** Starts with this sample; if there is none, with the one that is ticked. */
  async start(sample: string | null): Promise<void> {
    const known = this.samples.find(({ value }) => value === sample);
    const ticked = this.samples.find(({ checked }) => checked);
    await this.choose((known ?? ticked)?.value ?? '');
  }

  /** Takes a site from an earlier search, or from before a reload. */
  useRequirement(requirement: Requirement): void {
    this.markChosen('');
    this.files.showName(String(requirement.name ?? ''));
    this.uploadedSite = { requirement };
    this.page.draft.switchTo(this.uploadedSite);
    this.page.previewRequest.now();
  }

  /** Takes the site of an earlier search. */
  async useEarlier(job: string, title: string, { sample, requirement }: JobRequest): Promise<void> {
    this.earlier = job;
    const link = find<HTMLAnchorElement>('a', this.origin);
    link.href = jobPage(job);
    setText(link, translateTitle(title));
    this.origin.hidden = false;
    if (sample) await this.useSample(sample);
    else this.useRequirement(requirement ?? {});
  }

  /** Chooses a sample by its name, or the uploaded site. */
  private async choose(sample: string): Promise<void> {
    this.clearEarlier();
    if (sample) return this.useSample(sample);
    this.markChosen('');
    if (this.uploadedSite) this.useUploaded(this.uploadedSite.requirement);
    else this.clear();
  }

  private async useSample(sample: string): Promise<void> {
    const { draft, previewRequest, formErrors } = this.page;
    this.markChosen(sample);
    previewRequest.cancel();
    this.switchTo({ sample, requirement: {} });
    try {
      const requirement = await get<Requirement>(`/api/v1/samples/${encodeURIComponent(sample)}`);
      if (draft.site.sample !== sample) return;
      draft.setRequirement(requirement);
      previewRequest.now();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      formErrors.showMessage(refusal.message);
    }
  }

  /** No site until the files are corrected. */
  private useUploaded(requirement: Requirement | undefined): void {
    this.clearEarlier();
    this.markChosen('');
    this.page.formErrors.clear();
    this.uploadedSite = requirement && { requirement };
    if (this.uploadedSite) {
      this.switchTo(this.uploadedSite);
      this.page.previewRequest.now();
      this.remember();
    } else this.clear();
  }

  /** Switches to another site, which may lack devices of the former one. */
  private switchTo(site: Site): void {
    const { draft } = this.page;
    draft.switchTo(site);
    draft.disabled = new Set([...draft.disabled].filter((name) => this.catalogue.includes(name)));
  }

  private refuse(errors: readonly FieldError[]): void {
    this.uploadedSite = undefined;
    this.clear();
    this.page.formErrors.show(errors);
  }

  /** There is nothing to preview yet. */
  private clear(): void {
    const { draft, sitePreview, previewRequest } = this.page;
    previewRequest.cancel();
    draft.switchTo({ requirement: {} });
    sitePreview.clear();
  }

  private clearEarlier(): void {
    this.earlier = undefined;
    this.origin.hidden = true;
  }

  private markChosen(sample: string): void {
    for (const radio of this.samples) radio.checked = radio.value === sample;
    this.files.show(sample === '');
  }
}
