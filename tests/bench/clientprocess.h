#pragma once

#include "authcore/demobackend/demobackend.h"

#include <QtCore/QStringList>

#include <functional>
#include <map>
#include <string>

//! What a client reports, by name.
using Report = std::map<std::string, double>;

//! What the server does when a client gives a cue.
using Cues = std::map<std::string, std::function<void()>>;

//! Runs bench_client with `arguments` to its end.
Report runClient(
    demobackend::DemoBackend &backend, const QStringList &arguments, const Cues &cues = {});

//! The instructions of such a run, by callgrind.
double instructionsOf(demobackend::DemoBackend &backend, const QStringList &arguments);
