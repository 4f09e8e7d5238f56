// Command casebook is an investigation workbench for LLM-API logs in a terminal.
package main

func main() {}
