// How a job stands, in a word and in a tone: for its badge, its tab and its row in the overview.

import type { JobState } from '../api/types.ts';
import { t } from '../i18n/texts.ts';

export type Tone = 'waiting' | 'running' | 'good' | 'bad' | 'ended';

export interface Standing {
  label: string;
  tone: Tone;
}

export function standing({ state, outcome }: Pick<JobState, 'state' | 'outcome'>): Standing {
  switch (state) {
    case 'PENDING':
      return { label: t('Waiting'), tone: 'waiting' };
    case 'RETRY':
      return { label: t('Starting again'), tone: 'waiting' };
    case 'STARTED':
      return { label: t('Starting'), tone: 'running' };
    case 'PROGRESS':
      return { label: t('Running'), tone: 'running' };
    case 'SUCCESS':
      return { label: outcome === 'stopped' ? t('Stopped early') : t('Finished'), tone: 'good' };
    case 'FAILURE':
      return { label: t('Failed'), tone: 'bad' };
    case 'REVOKED':
      return { label: t('Cancelled'), tone: 'ended' };
  }
}

export function hasEnded({ tone }: Pick<Standing, 'tone'>): boolean {
  return tone === 'good' || tone === 'bad' || tone === 'ended';
}
