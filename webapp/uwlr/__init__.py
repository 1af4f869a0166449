"""UWLR: the only place that knows SOAP, XML and zeep. Values in and out, nothing of ours imported from outside."""
