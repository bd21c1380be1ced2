import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

/** A field and all fields inside it. */
export function withNested(property: INodeProperties): INodeProperties[] {
	const inner = (property.options ?? []).flatMap((option) => {
		if ('values' in option) return (option as INodePropertyCollection).values;
		return 'type' in option ? [option as INodeProperties] : [];
	});
	return [property, ...inner.flatMap(withNested)];
}
