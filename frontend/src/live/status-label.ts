// The status of a job in a word, and the tone that it is shown in.

import type { JobState } from '../api/types.ts';
import { t } from '../i18n/texts.ts';

export type Tone = 'waiting' | 'running' | 'good' | 'bad' | 'ended';

export interface StatusLabel {
  label: string;
  tone: Tone;
}

export function statusLabel({ state, outcome }: Pick<JobState, 'state' | 'outcome'>): StatusLabel {
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

type InState = Pick<JobState, 'state'>;

export function isWaiting({ state }: InState): boolean {
  return state === 'PENDING' || state === 'RETRY';
}

export function hasEnded({ state }: InState): boolean {
  return state === 'SUCCESS' || state === 'FAILURE' || state === 'REVOKED';
}
