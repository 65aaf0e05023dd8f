import { isWriteAccess } from '../../kubernetes/apimachinery/access.ts';
import type {
  Danger,
  Hello,
  KubeconfigInQuestion,
  LoginShown,
  ResourceShown,
  Review,
  ReviewedChange,
} from '../../protocol.ts';

// What servers say is checked: anyone may have written to the socket.

export function isHello(value: unknown): value is Hello {
  if (typeof value !== 'object' || value === null) return false;
  const { nonce, proof } = value as Partial<Record<keyof Hello, unknown>>;
  return isFilled(nonce) && isFilled(proof);
}

export function isResourceShown(value: unknown): value is ResourceShown {
  if (typeof value !== 'object' || value === null) return false;
  const shown = value as Partial<Record<keyof ResourceShown, unknown>>;
  const required = [shown.context, shown.resource, shown.apiVersion, shown.kind, shown.name];
  return required.every(isFilled) && (shown.namespace === undefined || isFilled(shown.namespace));
}

export function isKubeconfig(value: unknown): value is KubeconfigInQuestion {
  if (typeof value !== 'object' || value === null) return false;
  const { path, fingerprint, isStrange } = value as Partial<Record<keyof KubeconfigInQuestion, unknown>>;
  return isFilled(path) && isFilled(fingerprint) && typeof isStrange === 'boolean';
}

export function isReview(value: unknown): value is Review {
  if (typeof value !== 'object' || value === null || !('changes' in value)) return false;
  return Array.isArray(value.changes) && value.changes.length > 0 && value.changes.every(isReviewedChange);
}

export function isLogin(value: unknown): value is LoginShown {
  if (typeof value !== 'object' || value === null) return false;
  const { context, plugin, url, code, text } = value as Partial<Record<keyof LoginShown, unknown>>;
  const optional = [url, code].every((one) => one === undefined || isFilled(one));
  return [context, plugin, text].every(isFilled) && optional;
}

function isReviewedChange(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const change = value as Partial<Record<keyof ReviewedChange, unknown>>;
  return (
    isWriteAccess(change.access) &&
    [change.context, change.kind].every(isFilled) &&
    Array.isArray(change.dangers) &&
    change.dangers.every(isDanger) &&
    [change.namespace, change.name, change.subresource].every(
      (text) => text === undefined || typeof text === 'string',
    ) &&
    [change.before, change.after].every((text) => typeof text === 'string')
  );
}

function isDanger(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, values } = value as Partial<Record<keyof Danger, unknown>>;
  return isFilled(kind) && Array.isArray(values) && values.every((text) => typeof text === 'string');
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
