import { describeWholeN8n } from './wholeN8n';

describeWholeN8n('n8n-2');
