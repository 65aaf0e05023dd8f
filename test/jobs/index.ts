import { cleanUp } from './cleaning.ts';
import { compareNamespaces } from './comparing.ts';
import { canary, createWithService } from './creating.ts';
import { findCrash, findPressure } from './finding.ts';
import type { Job } from './job.ts';
import { approveRequest, askService, findExpiry, resizePod } from './operating.ts';
import { grantRights, isolate } from './permissions.ts';
import { fixImage, rollBack, scale } from './rollouts.ts';
import { resize } from './storage.ts';
import { findParts, findReaders, findWhoChanged, foretell } from './toolbox.ts';

/** What agents are asked to do on a cluster. */
export const jobs = [
  findCrash,
  rollBack,
  scale,
  fixImage,
  createWithService,
  grantRights,
  isolate,
  canary,
  resize,
  findPressure,
  compareNamespaces,
  cleanUp,
  findParts,
  findWhoChanged,
  foretell,
  findReaders,
  findExpiry,
  approveRequest,
  resizePod,
  askService,
] as readonly Job[];
