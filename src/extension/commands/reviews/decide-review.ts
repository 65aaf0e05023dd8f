import type { App } from '../parts/app.ts';

/** Approves a review. */
export async function applyReview({ reviews }: App, argument?: unknown): Promise<void> {
  reviews.apply(argument);
}

/** Rejects a review. */
export async function rejectReview({ reviews }: App, argument?: unknown): Promise<void> {
  reviews.reject(argument);
}

/** Asks for a reason and rejects a review. */
export async function rejectReviewWithReason({ reviews }: App, argument?: unknown): Promise<void> {
  await reviews.rejectWithReason(argument);
}

/** Brings a review to the front. */
export async function showReview({ reviews }: App, argument?: unknown): Promise<void> {
  await reviews.show(argument);
}
