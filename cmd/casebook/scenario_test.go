package main

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"casebook/cmd/casebook/scenario"
)

// entityColumns name, for each detection, the column that says whom a hit is about.
var entityColumns = map[string]string{
	"azure-openai-denial-of-service": "azure.resource.name",
	"azure-openai-insecure-output":   "azure.resource.name",
	"bedrock-denied-models":          "user.id",
	"bedrock-resource-exhaustion":    "cloud.account.id",
	"openai-red-team-pacing":         "ActorUser",
}

// TestAttacksFireAndTwinsDoNot: whatever fires was planted as an attack, and every attack fires, at any size.
func TestAttacksFireAndTwinsDoNot(t *testing.T) {
	for _, o := range []scenario.Options{
		{Events: demoEvents, Days: demoDays, Seed: demoSeed},
		{Events: 2000, Days: 1, Seed: 2},
		{Events: 12000, Days: 2, Seed: 3, Campaigns: 2},
		{Events: 24000, Days: 31, Seed: 4, Campaigns: 10},
	} {
		t.Run(fmt.Sprintf("%d events in %d days", o.Events, o.Days), func(t *testing.T) {
			o.Dir = filepath.Join(t.TempDir(), "logs")
			sum, err := scenario.Write(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			type found struct{ rule, entity string }
			fired := map[found]bool{}
			for _, h := range readReference(t, o.Dir).hits() {
				fired[found{h.Rule, fmt.Sprint(h.Row[entityColumns[h.Rule]])}] = true
			}
			attacks := map[found]bool{}
			for _, i := range sum.Incidents {
				if i.Attack {
					attacks[found{i.Rule, i.Entity}] = true
				}
			}
			for f := range attacks {
				if !fired[f] {
					t.Errorf("%s stayed quiet on %s, which was attacked", f.rule, f.entity)
				}
			}
			for f := range fired {
				if !attacks[f] {
					t.Errorf("%s fired on %s, which was not attacked", f.rule, f.entity)
				}
			}
		})
	}
}

// TestTwinsAreJustUnder: a twin is worth its name when the smallest step more would fire; here the reference is run on
// the twins with one event more.
func TestTwinsAreJustUnder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	sum, err := scenario.Write(context.Background(), scenario.Options{Dir: dir, Events: demoEvents, Days: demoDays, Seed: demoSeed})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range sum.Incidents {
		if i.Attack || i.Rule == "openai-red-team-pacing" && i.Events > 30 {
			continue // the slow and the ragged twin are under by their gaps, not by their number
		}
		ref := readReference(t, dir)
		ref.repeat(i)
		fired := false
		for _, h := range ref.hits() {
			fired = fired || h.Rule == i.Rule && h.Row[entityColumns[h.Rule]] == i.Entity
		}
		if !fired {
			t.Errorf("%s on %s (%s): one more event does not make it fire", i.Rule, i.Entity, i.What)
		}
	}
}

// repeat adds the event that makes a twin an attack: one more of its kind, or one byte more.
func (ref *reference) repeat(i scenario.Incident) {
	for n, e := range ref.azure {
		if e.resource != i.Entity || e.at.Before(i.From) || e.at.After(i.To) {
			continue
		}
		switch {
		case i.Rule == "azure-openai-insecure-output" && e.measured && e.response == 0 && e.status == "200" && e.operation == "ChatCompletions_Create",
			i.Rule == "azure-openai-denial-of-service" && e.request > 8000:
			ref.azure = append(ref.azure[:n+1], ref.azure[n:]...)
			return
		case i.Rule == "azure-openai-denial-of-service":
			ref.azure[n].request += 20 // 20 chats, so one byte more on average
			return
		}
	}
	for n, e := range ref.bedrock {
		if e.user == i.Entity && e.code == "AccessDeniedException" && !e.at.Before(i.From) ||
			e.account == i.Entity && e.prompt > 8000 && !e.at.Before(i.From) {
			ref.bedrock = append(ref.bedrock[:n+1], ref.bedrock[n:]...)
			return
		}
	}
	for n, e := range ref.openAI {
		if e.user == i.Entity && !e.at.Before(i.From) {
			ref.openAI = append(ref.openAI[:n+1], ref.openAI[n:]...)
			return
		}
	}
}
