// A site from files, chosen or dropped anywhere on the page, and their status. The parser is loaded
// with the first file.

import { type FieldError, Refusal } from '../api/calls.ts';
import { find, html, pageData } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import type { ColumnRoleFields } from './column-role-fields.ts';
import type { Requirement } from './draft.ts';
import type { ParsedFiles, UploadLimits } from './site-files.ts';

interface SiteListener {
  /** A site is complete, or (undefined) isn't until something is corrected. */
  site(requirement: Requirement | undefined): void;
  /** Errors in the files. */
  wrong(errors: readonly FieldError[]): void;
}

export class SiteUpload {
  private readonly zone: HTMLElement;
  private readonly status: HTMLElement;
  private readonly columns: HTMLElement;
  private readonly devices: readonly string[];
  private readonly listener: SiteListener;
  private readonly limits = pageData<UploadLimits>();
  private parsed: ParsedFiles = {};
  private newest = 0;

  /** `devices`: those of the catalogue. */
  constructor(zone: HTMLElement, devices: readonly string[], listener: SiteListener) {
    this.zone = zone;
    this.status = find('[data-files]', zone);
    this.columns = find('[data-columns]', zone);
    this.devices = devices;
    this.listener = listener;
    const input = find<HTMLInputElement>('input[type="file"]', zone);
    input.addEventListener('change', (event) => {
      event.stopPropagation();
      this.readFiles([...(input.files ?? [])]);
      input.value = ''; // the same file again, changed, is a choice too
    });
    this.bindDrop();
  }

  show(is: boolean): void {
    this.zone.hidden = !is;
  }

  /** Shows a site from an earlier search, or from before a reload. */
  showName(text: string): void {
    this.parsed = {};
    this.columns.replaceChildren();
    this.status.replaceChildren(text);
  }

  private bindDrop(): void {
    const { dataset } = document.documentElement;
    const withFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files');
    addEventListener('dragover', (event) => {
      if (!withFiles(event)) return;
      event.preventDefault();
      dataset.dropping = '';
    });
    addEventListener('dragleave', ({ relatedTarget }) => {
      if (relatedTarget === null) delete dataset.dropping;
    });
    addEventListener('drop', (event) => {
      delete dataset.dropping;
      if (!withFiles(event)) return;
      event.preventDefault();
      this.readFiles([...(event.dataTransfer?.files ?? [])]);
    });
  }

  private async readFiles(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    this.newest += 1;
    const number = this.newest;
    this.status.replaceChildren(t('Reading…'));
    this.listener.site(undefined);
    try {
      const { read } = await import('./site-files.ts');
      const parsed = await read(files, this.parsed, this.limits);
      if (number === this.newest) await this.use(parsed);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (number === this.newest) this.refuse(refusal);
    }
  }

  private refuse({ message, errors }: Refusal): void {
    this.status.replaceChildren();
    this.listener.wrong(errors.length > 0 ? errors : [{ field: t('File'), message }]);
  }

  private async use(parsed: ParsedFiles): Promise<void> {
    this.parsed = parsed;
    this.columns.replaceChildren();
    this.status.replaceChildren(summary(parsed));
    if (parsed.requirement) {
      const { joined } = await import('./site-files.ts');
      this.listener.site(joined(parsed));
    } else if (parsed.table) await this.assign(parsed.table);
  }

  /** A table alone: the roles of its columns are guessed, and can be changed. */
  private async assign({ file, value }: NonNullable<ParsedFiles['table']>): Promise<void> {
    const [{ guessed, requirementOf }, { ColumnRoleFields }] = await Promise.all([
      import('./column-roles.ts'),
      import('./column-role-fields.ts'),
    ]);
    const name = file.replace(/\.\w+$/, '').slice(0, 200);
    const useRoles = () => {
      if (!roles.hasDemand) return this.listener.wrong([noDemand(file)]);
      this.listener.site(requirementOf(name, value, roles.chosen, this.devices));
    };
    const roles: ColumnRoleFields = new ColumnRoleFields(value, guessed(value), useRoles);
    this.columns.replaceChildren(roles.element);
    useRoles();
  }
}

function noDemand(file: string): FieldError {
  return { field: file, message: t('should have a column that is used as a demand') };
}

function summary({ requirement, table }: ParsedFiles): HTMLElement {
  const steps = table ? (Object.values(table.value.columns)[0]?.length ?? 0) : 0;
  const parts = [];
  if (requirement) parts.push(requirement.file);
  if (table) parts.push(t('%(file)s (%(n)s rows)', { file: table.file, n: steps }));
  const missing = requirement && !table && requirement.value.columns;
  const waits = t('Its columns are in %(file)s: drop that here, too.', { file: String(missing) });
  return html(
    'span',
    {},
    html('strong', {}, parts.join(' + ')),
    ...(missing ? [html('br'), waits] : []),
  );
}
