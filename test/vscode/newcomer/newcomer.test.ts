import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { clickLens, lens } from '../lenses.ts';
import { diffTabs, titleButton } from '../reviewing.ts';
import { answer, fromMenu, notified, row } from '../tree.ts';
import { drawnLines, inViewer, viewerButton } from '../viewer.ts';
import { choices, kubectl, until } from '../workspace.ts';

const SHOP = ['-n', 'shop'];
const IMAGE = '-o=jsonpath={.spec.template.spec.containers[0].image}';
const TAB = '.tabs-container .tab';
const CHOICE = '.quick-input-list .monaco-list-row';
const DECIDE = '.pane-body .welcome-view-content .monaco-button >> text=Decide…';
/** A problem on the dashboard, by the name in it. */
const problem = (name: string) => inViewer(`role=region[name="Problems"] >> li:has-text("${name}")`);
const button = (name: string, of: string) => `${problem(of)} >> role=button[name="${name}"]`;

const image = () => kubectl(...SHOP, 'get', 'deployment', 'recommendations', IMAGE);

/** A step of somebody who has never seen this: ends with a picture, and tells how long it took them. */
function step(name: string, work: () => Promise<unknown>): void {
  it(name, async () => {
    const begin = performance.now();
    await work();
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    await page.screenshot(`newcomer-${name.replaceAll(/\W+/g, '-')}`);
    console.log(`${name}: ${seconds} s`);
  });
}

// The workspace is the demo's. Each step goes on where the one before ended.
describe('a newcomer', () => {
  before(() => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  after(async () => {
    await kubectl(
      ...SHOP,
      'set',
      'image',
      'deployment/recommendations',
      'recommendations=shop/recommendations:does-not-exist',
    );
    await kubectl('-n', 'team-b', 'delete', 'deployment', 'greeter', '--ignore-not-found');
  });

  step('agrees to what the workspace asks for', async () => {
    await page.click('.activitybar .action-label[aria-label^="MCP for Kubernetes"]');
    await page.click(DECIDE);
    await until('the question', async () => (await choices()).length === 4);
    await page.screenshot('newcomer-question');
    for (const index of [0, 1, 2, 3]) await page.click(`${CHOICE} >> nth=${index}`);
    await page.click('.quick-input-action .monaco-button');
    await page.waitFor(row('admin'));
  });

  step('sees what is broken, and why', async () => {
    await page.waitFor(problem('of container recommendations cannot be pulled'));
    await page.waitFor(problem('FATAL: environment variable DATABASE_URL is not set'));
  });

  step('mends it with a reviewed edit', async () => {
    await page.click(button('Change Image…', 'recommendations'));
    await page.waitFor('.quick-input-widget input:focus');
    await page.screenshot('newcomer-image');
    await answer('Change Image: Deployment recommendations', 'shop/recommendations:1.4');
    await page.waitFor('.monaco-diff-editor .view-line >> text=/recommendations:1/');
    await page.waitFor(titleButton('Apply'));
    assert.match(await image(), /does-not-exist/, 'nobody has agreed yet');
    await page.screenshot('newcomer-review');
    await page.click(titleButton('Apply'));
    await until('the end of the review', () => diffTabs('k8s-review').length === 0);
    await page.waitFor(problem('recommendations'), { state: 'hidden' });
    await page.waitFor(problem('payments'));
    assert.equal(await image(), 'shop/recommendations:1.4');
  });

  step('follows a log', async () => {
    await page.click(button('Show Logs', 'payments'));
    await page.waitFor(viewerButton('Follow'));
    await until('its lines', async () => (await drawnLines()).some((line) => line.includes('DATABASE_URL')));
    assert.deepEqual(await page.attributes(viewerButton('Follow'), 'aria-pressed'), ['true']);
  });

  step('sees that two clusters are two', async () => {
    await fromMenu('viewer', 'Show Cluster Dashboard');
    await page.waitFor(`${TAB}.active >> text=viewer.overview`);
    await page.waitFor(inViewer('role=heading[name="viewer"]'));
    await page.waitFor(`${TAB} .monaco-icon-label[aria-label*="Context admin"]`);
  });

  step('takes the change back', async () => {
    await page.press('F1');
    await page.waitFor('.quick-input-widget input:focus');
    await page.type('Show Change History');
    await page.waitFor(`${CHOICE}.focused >> text=Show Change History`);
    await page.press('Enter');
    await page.waitFor(`${CHOICE}.focused >> text=Update Deployment shop/recommendations`);
    await page.press('Enter');
    await page.waitFor(titleButton('Revert Change'));
    await page.screenshot('newcomer-history');
    await page.click(titleButton('Revert Change'));
    await page.waitFor(titleButton('Apply'));
    await page.click(titleButton('Apply'));
    await until('the image of before', async () => /does-not-exist/.test(await image()));
    await until('the end of the review', () => diffTabs('k8s-review').length === 0);
  });

  step('applies a manifest of the workspace', async () => {
    await page.press('Control+p');
    await page.waitFor('.quick-input-widget input:focus');
    await page.type('greeter.yaml');
    await page.waitFor(`${CHOICE}.focused >> text=greeter.yaml`);
    await page.press('Enter');
    await page.waitFor(lens('Apply'));
    await clickLens('Apply', 'k8s-review');
    await page.waitFor(titleButton('Apply'));
    await page.screenshot('newcomer-manifest-review');
    await page.click(titleButton('Apply'));
    await notified('Deployment team-b/greeter created');
    await page.waitFor(lens('in sync'));
  });
});
