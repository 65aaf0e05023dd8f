import * as z from 'zod';

/** Parameters shared by several tools, described once. */
export const kind = z.string().min(1);
export const apiVersion = z.string().optional();
export const namespace = z.string().optional();
export const name = z.string().min(1);
/** Instead of a name, for what is done to several objects. */
export const names = z.array(z.string().min(1)).optional();
export const labelSelector = z.string().optional();
/** Of a manifest, instead of its text. */
export const path = z.string().min(1).optional().describe('Workspace file or folder, or kustomization');
export const dryRun = z.boolean().default(false);
export const force = z.boolean().default(false).describe('Take over fields that others own');

/** For Helm. */
export const chart = z.string().min(1).describe('repository/name, oci://… or a workspace folder');
export const chartVersion = z.string().optional().describe('Default: newest');
export const values = z.string().optional().describe('YAML');
export const wait = z.boolean().default(true).describe('Until ready');
export const waitSeconds = z.int().min(1).max(1800).default(300);
