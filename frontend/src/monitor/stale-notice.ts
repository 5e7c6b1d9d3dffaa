// The notice that what is shown may be old, and how old. One for the job page and the overview.

import { find, say } from '../dom/element.ts';
import { duration } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { type Freshness, wording } from '../live/freshness.ts';

/** Shows what `freshness` has to say; the page calls the returned function as time goes by. */
export function bindNotice(freshness: Pick<Freshness, 'notice'>): () => void {
  const element = find('[data-notice="stale"]');
  const text = find('[data-notice-text]', element);
  const age = find('[data-notice-age]', element);
  return () => {
    const notice = freshness.notice();
    element.hidden = !notice;
    document.body.toggleAttribute('data-stale', notice?.age !== undefined);
    if (!notice) return;
    say(text, wording(notice));
    const old = notice.age === undefined ? undefined : duration(notice.age);
    say(age, old ? t('The figures are %(age)s old.', { age: old }) : '');
  };
}
