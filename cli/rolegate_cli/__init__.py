"""The command line of rolegate: thin over the library, one file per command."""
