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
interface Changed {
  draft: Draft;
  sitePreview: SitePreview;
  previewRequest: PreviewRequest;
  formErrors: FormErrors;
}

export class SiteChoice {
  private readonly samples: HTMLInputElement[];
  private readonly files: SiteUpload;
  private readonly cameFrom: HTMLElement;
  private readonly catalogue: readonly string[];
  private readonly changed: Changed;
  private readonly taken: () => void;
  private earlier: string | undefined;
  /** The uploaded site, while a sample is shown. */
  private brought: Site | undefined;

  /** `catalogue`: its devices. `taken`: called when a site without an address is chosen. */
  constructor(
    form: HTMLFormElement,
    catalogue: readonly string[],
    changed: Changed,
    taken: () => void,
  ) {
    this.samples = [...form.querySelectorAll<HTMLInputElement>('input[name="sample"]')];
    this.cameFrom = find('[data-again]', form);
    this.catalogue = catalogue;
    this.changed = changed;
    this.taken = taken;
    this.files = new SiteUpload(find('[data-own]', form), catalogue, {
      site: (requirement) => this.takeOwn(requirement),
      wrong: (errors) => this.refuse(errors),
    });
    for (const radio of this.samples) {
      radio.addEventListener('change', () => this.choose(radio.value));
    }
  }

  /** Whether a site is chosen. */
  get made(): boolean {
    return Boolean(this.changed.draft.site.sample || this.brought);
  }

  /** The earlier search whose site it is. */
  get again(): string | undefined {
    return this.earlier;
  }

  /** The uploaded site, which no address names. */
  get own(): Site | undefined {
    return this.again || this.changed.draft.site.sample ? undefined : this.brought;
  }

  /** Starts with this sample; if there is none, with the one that is ticked. */
  async begin(sample: string | null): Promise<void> {
    const known = this.samples.find(({ value }) => value === sample);
    const ticked = this.samples.find(({ checked }) => checked);
    await this.choose((known ?? ticked)?.value ?? '');
  }

  /** Takes a site from an earlier search, or from before a reload. */
  bring(requirement: Requirement): void {
    this.mark('');
    this.files.name(String(requirement.name ?? ''));
    this.brought = { requirement };
    this.changed.draft.take(this.brought);
    this.changed.previewRequest.now();
  }

  /** Takes the site of an earlier search. */
  async takeFrom(job: string, title: string, { sample, requirement }: JobRequest): Promise<void> {
    this.earlier = job;
    const link = find<HTMLAnchorElement>('a', this.cameFrom);
    link.href = jobPage(job);
    setText(link, translateTitle(title));
    this.cameFrom.hidden = false;
    if (sample) await this.takeSample(sample);
    else this.bring(requirement ?? {});
  }

  /** Chooses a sample by its name, or the uploaded site. */
  private async choose(sample: string): Promise<void> {
    this.leaveEarlier();
    if (sample) return this.takeSample(sample);
    this.mark('');
    if (this.brought) this.takeOwn(this.brought.requirement);
    else this.empty();
  }

  private async takeSample(sample: string): Promise<void> {
    const { draft, previewRequest, formErrors } = this.changed;
    this.mark(sample);
    previewRequest.drop();
    this.take({ sample, requirement: {} });
    try {
      const requirement = await get<Requirement>(`/api/v1/samples/${encodeURIComponent(sample)}`);
      if (draft.site.sample !== sample) return;
      draft.complete(requirement);
      previewRequest.now();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      formErrors.say(refusal.message);
    }
  }

  /** No site until the files are corrected. */
  private takeOwn(requirement: Requirement | undefined): void {
    this.leaveEarlier();
    this.mark('');
    this.changed.formErrors.clear();
    this.brought = requirement && { requirement };
    if (this.brought) {
      this.take(this.brought);
      this.changed.previewRequest.now();
      this.taken();
    } else this.empty();
  }

  /** Switches to another site, which may lack devices of the former one. */
  private take(site: Site): void {
    const { draft } = this.changed;
    draft.take(site);
    draft.disabled = new Set([...draft.disabled].filter((name) => this.catalogue.includes(name)));
  }

  private refuse(errors: readonly FieldError[]): void {
    this.brought = undefined;
    this.empty();
    this.changed.formErrors.show(errors);
  }

  /** There is nothing to preview yet. */
  private empty(): void {
    const { draft, sitePreview, previewRequest } = this.changed;
    previewRequest.drop();
    draft.take({ requirement: {} });
    sitePreview.clear();
  }

  private leaveEarlier(): void {
    this.earlier = undefined;
    this.cameFrom.hidden = true;
  }

  private mark(sample: string): void {
    for (const radio of this.samples) radio.checked = radio.value === sample;
    this.files.show(sample === '');
  }
}
