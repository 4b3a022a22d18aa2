#pragma once

#include "authcore/demobackend/demobackend.h"

#include <QtCore/QStringList>

#include <functional>
#include <map>
#include <string>

//! The results of a client by name.
using Report = std::map<std::string, double>;

//! Called with each cue of a client.
using Cues = std::map<std::string, std::function<void()>>;

//! Runs bench_client with `arguments` and waits for its end.
Report runClient(
    demobackend::DemoBackend &backend, const QStringList &arguments, const Cues &cues = {});

//! The number of instructions of such a run, counted by callgrind.
double instructionsOf(demobackend::DemoBackend &backend, const QStringList &arguments);
