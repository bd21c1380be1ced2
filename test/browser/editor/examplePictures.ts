import { exampleNames, fillExample } from '../../../hosts/examples';
import type { WorkflowFile } from '../../../hosts/rest';
import type { Scene } from './scene';

/** Every workflow of the folder `examples`, as it looks on the canvas. */
export function examplePictureCases(scene: () => Scene): void {
	afterAll(async () => await scene().editor.setSize());

	it.each(exampleNames())('shows %s', async (name) => {
		const { editor, n8n, credentialId } = scene();
		const workflow = fillExample(name, { credentialId });
		await editor.setSize(sizeOf(workflow));
		await editor.openWorkflow(await n8n.rest.importWorkflow(workflow));
		const notes = workflow.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(await editor.page.getByTestId('canvas-node').count()).toBe(
			workflow.nodes.length - notes.length,
		);
		await editor.canvasPicture(`example-${name}`);
	});
}

/** Size of a node on the canvas, with the name below it. */
const NODE = { width: 100, height: 150 };

/** What n8n shows around the canvas, and the margin that it leaves. */
const FRAME = { width: 300, height: 260 };

/** A scale at which names are still readable. */
const SCALE = 0.75;

/** A window in which the whole workflow is just visible at {@link SCALE}. */
function sizeOf({ nodes }: WorkflowFile): { width: number; height: number } {
	const extent = (axis: 0 | 1, side: 'width' | 'height') => {
		const starts = nodes.map(({ position }) => position[axis]);
		const ends = nodes.map(
			({ position, parameters }) => position[axis] + Number(parameters[side] ?? NODE[side]),
		);
		return Math.ceil((Math.max(...ends) - Math.min(...starts)) * SCALE + FRAME[side]);
	};
	return { width: extent(0, 'width'), height: extent(1, 'height') };
}
