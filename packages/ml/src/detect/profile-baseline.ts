import type { SavedReader } from '../json/saved-reader.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import type { SortedWindow } from '../statistics/sorted-window.ts';
import type { Baseline } from './baseline.ts';
import { SeasonalProfile } from './seasonal-profile.ts';
import { saveWindow, windowFrom } from './window-baseline.ts';

/** Normal is the median of the same step in the last seasons. */
export class ProfileBaseline implements Baseline {
  readonly #profile: SeasonalProfile;
  readonly #residuals: SortedWindow;

  /**
   * @param profile - What each step should be; the baseline takes it over.
   * @param residuals - The last distances from it; the baseline takes it over.
   */
  constructor(profile: SeasonalProfile, residuals: SortedWindow) {
    this.#profile = profile;
    this.#residuals = residuals;
  }

  /** The median of the same step in the last seasons. */
  expected(): number {
    return this.#profile.expected();
  }

  /** The robust spread of the last residuals. */
  scale(): number {
    return robustScale(this.#residuals);
  }

  /** Takes a value into the profile and its distance into the residuals. */
  learn(value: number): void {
    const residual = value - this.#profile.expected();
    if (!Number.isNaN(residual)) this.#residuals.push(residual);
    this.#profile.push(value);
  }

  /** A copy that goes its own way. */
  clone(): ProfileBaseline {
    return new ProfileBaseline(this.#profile.clone(), this.#residuals.clone());
  }

  /** Season and scale. */
  describe(): Readonly<Record<string, number>> {
    return { seasonLength: this.#profile.seasonLength, scale: this.scale() };
  }

  /** Its part of the detector's JSON. */
  save(): Readonly<Record<string, unknown>> {
    return { profile: this.#profile.save(), residuals: saveWindow(this.#residuals) };
  }

  /**
   * The reverse of {@link ProfileBaseline.save}.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   */
  static from(saved: SavedReader): ProfileBaseline {
    return new ProfileBaseline(SeasonalProfile.from(saved.object('profile')), windowFrom(saved.object('residuals')));
  }
}
