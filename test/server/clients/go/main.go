// Drives servers through the Go SDK: a JSON list of jobs on stdin, a JSON list of what was seen on stdout.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"os/exec"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type job struct {
	Over, URL, Revision string
	Command             []string
}

type seen struct {
	Revision string `json:"revision"`
	Tools    int    `json:"tools"`
	Text     string `json:"text"`
}

func transport(j job) mcp.Transport {
	switch j.Over {
	case "stdio":
		return &mcp.CommandTransport{Command: exec.Command(j.Command[0], j.Command[1:]...)}
	case "SSE":
		return &mcp.SSEClientTransport{Endpoint: j.URL}
	default:
		return &mcp.StreamableClientTransport{Endpoint: j.URL}
	}
}

func drive(ctx context.Context, j job) (seen, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: "go", Version: "1"}, nil)
	session, err := client.Connect(ctx, transport(j), &mcp.ClientSessionOptions{ProtocolVersion: j.Revision})
	if err != nil {
		return seen{}, err
	}
	defer session.Close()
	listed, err := session.ListTools(ctx, nil)
	if err != nil {
		return seen{}, err
	}
	arguments := map[string]any{"kind": "deploy", "namespace": "shop"}
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "list_resources", Arguments: arguments})
	if err != nil {
		return seen{}, err
	}
	text := ""
	for _, part := range result.Content {
		if t, ok := part.(*mcp.TextContent); ok {
			text += t.Text
		}
	}
	return seen{session.InitializeResult().ProtocolVersion, len(listed.Tools), text}, nil
}

func main() {
	var jobs []job
	if err := json.NewDecoder(os.Stdin).Decode(&jobs); err != nil {
		log.Fatal(err)
	}
	results := []seen{}
	for _, j := range jobs {
		result, err := drive(context.Background(), j)
		if err != nil {
			log.Fatalf("%s %s: %v", j.Over, j.Revision, err)
		}
		results = append(results, result)
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		log.Fatal(err)
	}
}
