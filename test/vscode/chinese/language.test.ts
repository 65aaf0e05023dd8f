import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { expand, readAloud, row } from '../tree.ts';
import { inViewer } from '../viewer.ts';
import { STATUS, screenshots, until } from '../workspace.ts';

describe('with VS Code in Chinese', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('commands and their questions are Chinese', async () => {
    assert.equal(vscode.env.language, 'zh-cn');
    await page.press('F1');
    await page.waitFor('.quick-input-widget input:focus');
    await page.type('MCP for Kubernetes: 浏览');
    await page.waitFor('.quick-input-list .monaco-list-row.focused >> text=浏览资源');
    await page.screenshot('chinese-commands');
    await page.press('Enter');
    await page.waitFor('.quick-input-title >> text=浏览资源（admin）');
    await page.waitFor('.quick-input-list .monaco-list-row >> text=常用');
    await page.screenshot('chinese-browse');
  });

  it('the view and the status bar are Chinese', async () => {
    await expand('admin', 'shop', '工作负载', 'Deployments');
    await until('the count', async () => (await readAloud()).includes('Deployments, 8 个对象'));
    await page.waitFor(`${STATUS} [aria-label="Kubernetes 上下文 admin，命名空间 default。 智能体只能读取。"]`);
    await page.click(row('payments'), { button: 'right' });
    await page.waitFor('.monaco-menu .action-label:text-is("扩缩工作负载…")');
    await screenshots('chinese-view');
    await page.press('Escape');
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('what is wrong is Chinese, and so are the buttons for it', async () => {
    await vscode.commands.executeCommand('mcpK8s.showDashboard');
    const problem = inViewer('role=region[name="问题"] >> li:has-text("recommendations")');
    await page.waitFor(`${problem} >> text=/无法拉取容器 recommendations 的镜像/`);
    await page.waitFor(`${problem} >> role=button[name="更改镜像…"]`);
    await screenshots('chinese-dashboard');
    await page.click(`${problem} >> role=link`);
    await page.waitFor(inViewer('role=region[name="问题所在"] >> text=/无法拉取容器/'));
    await screenshots('chinese-overview');
  });

  it('settings are Chinese', async () => {
    await vscode.commands.executeCommand('mcpK8s.openSettings');
    await page.waitFor('.settings-editor >> text=除正在使用的上下文外');
    await page.screenshot('chinese-settings');
  });

  it('errors are Chinese', async () => {
    const uri = vscode.Uri.parse('k8s:///team-b/configmaps/absent.yaml?context=admin');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /# 上下文“admin”的命名空间“team-b”中没有名为“absent”的 ConfigMap。/);
  });
});
