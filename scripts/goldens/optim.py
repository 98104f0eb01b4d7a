"""Trajectories of PyTorch's optimisers, learning-rate schedules and gradient clipping."""
import torch

from .common import generator, normal, number, rounded, tensor, tensors

about = {
    "made by": "npm run golden (PyTorch, float64, rounded to 7 digits; inputs are exact as float32)",
    "quadratic": "loss = 0.5 p·A·p - b·p, started at p",
    "mlp": "loss = mean((tanh(x·w1 + b1)·w2 + b2 - y)^2) over all elements, the same batch in every step",
    "trajectory": "losses[t] before step t; quadratic: parameters[t] after step t; mlp: parameters after step 1 and after the last",
    "options": "as in torch.optim; epsilon outside the root and, for adam and adamw, outside the bias-corrected root; "
    "momentum: v = momentum*v + g, v starts as g, p -= lr*v (nesterov: g + momentum*v); weightDecay of sgd, rmsprop, adam is added to g, "
    "of adamw p -= lr*weightDecay*p before the step",
    "clipping": "norm: g *= min(1, maximum/(norm of all gradients together + 1e-6)); value: each element to ±maximum",
    "schedules": "rates[t] = learning rate of step t = 0, 1, …",
}

steps = 10
settings = [
    ("sgd", {"lr": 0.1}),
    ("sgd", {"lr": 0.1, "weightDecay": 0.05}),
    ("momentum", {"lr": 0.05, "momentum": 0.9}),
    ("momentum", {"lr": 0.05, "momentum": 0.9, "weightDecay": 0.05}),
    ("momentum", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("rmsprop", {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
    ("rmsprop", {"lr": 0.02, "alpha": 0.9, "eps": 1e-3, "weightDecay": 0.05}),
    ("rmsprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-8, "momentum": 0.9}),
    ("rmsprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-8, "centered": True}),
    ("adam", {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ("adam", {"lr": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-2}),
    ("adam", {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 0.05}),
    ("adamw", {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 0.01}),
    ("adamw", {"lr": 0.05, "beta1": 0.9, "beta2": 0.95, "eps": 1e-8, "weightDecay": 0.3}),
]


def make(name, options, parameters):
    arguments = {"weight_decay": options.get("weightDecay", 0.0)}
    arguments.update({k: v for k, v in options.items() if k not in ("weightDecay", "beta1", "beta2")})
    if "beta1" in options:
        arguments["betas"] = (options["beta1"], options["beta2"])
    kinds = {"momentum": "SGD", "sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    return getattr(torch.optim, kinds[name])(parameters, **arguments)


def quadratic():
    rng = generator("quadratic")
    half = normal(rng, 3, 3)
    return {"A": rounded(half @ half.T + torch.eye(3)), "b": normal(rng, 3)}, {"p": normal(rng, 3)}


def quadratic_loss(data, p):
    return 0.5 * p["p"] @ data["A"] @ p["p"] - data["b"] @ p["p"]


def mlp():
    rng = generator("mlp")
    data = {"x": normal(rng, 8, 3), "y": normal(rng, 8, 2)}
    sizes = {"w1": (3, 4), "b1": (4,), "w2": (4, 2), "b2": (2,)}
    return data, {name: rounded(0.5 * normal(rng, *shape)) for name, shape in sizes.items()}


def mlp_loss(data, p):
    hidden = torch.tanh(data["x"] @ p["w1"] + p["b1"])
    return ((hidden @ p["w2"] + p["b2"] - data["y"]) ** 2).mean()


problems = {"quadratic": (quadratic, quadratic_loss), "mlp": (mlp, mlp_loss)}


def trajectory(problem, name, options, clip=None, rates=None):
    start, loss_of = problems[problem]
    data, initial = start()
    p = {key: value.clone().requires_grad_() for key, value in initial.items()}
    optimizer = make(name, options, list(p.values()))
    losses, history = [], []
    for step in range(steps):
        if rates:
            optimizer.param_groups[0]["lr"] = rates[step]
        optimizer.zero_grad()
        loss = loss_of(data, p)
        loss.backward()
        if clip and clip["by"] == "norm":
            torch.nn.utils.clip_grad_norm_(p.values(), clip["maximum"])
        if clip and clip["by"] == "value":
            torch.nn.utils.clip_grad_value_(p.values(), clip["maximum"])
        optimizer.step()
        losses.append(number(loss.item()))
        history.append({key: tensor(value.clone()) for key, value in p.items()})
    kept = history if problem == "quadratic" else [history[0], history[-1]]
    entry = {"problem": problem, "optimizer": name, "options": options}
    if clip:
        entry["clip"] = clip
    if rates:
        entry["rates"] = [number(rate) for rate in rates]
    return {**entry, "losses": losses, "parameters": kept}


def trajectories():
    for name, options in settings:
        for problem in problems:
            yield trajectory(problem, name, options)
    for clip in ({"by": "norm", "maximum": 0.5}, {"by": "norm", "maximum": 100.0}, {"by": "value", "maximum": 0.1}):
        for problem in problems:
            yield trajectory(problem, "momentum", {"lr": 0.05, "momentum": 0.9}, clip=clip)
    rates = schedule_rates(torch.optim.lr_scheduler.CosineAnnealingLR, {"T_max": 10}, 0.1, steps)
    yield trajectory("mlp", "adamw", settings[-1][1], rates=rates)


def schedule_rates(kind, arguments, lr, count):
    p = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=lr)
    schedule = kind(optimizer, **arguments)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def schedules():
    of = torch.optim.lr_scheduler
    cases = [
        ("constant", {}, of.LambdaLR, {"lr_lambda": lambda t: 1.0}),
        ("step", {"every": 4, "gamma": 0.5}, of.StepLR, {"step_size": 4, "gamma": 0.5}),
        ("exponential", {"gamma": 0.9}, of.ExponentialLR, {"gamma": 0.9}),
        ("cosine", {"steps": 12, "minimum": 0.0}, of.CosineAnnealingLR, {"T_max": 12}),
        ("cosine", {"steps": 12, "minimum": 0.01}, of.CosineAnnealingLR, {"T_max": 12, "eta_min": 0.01}),
        ("linear", {"from": 1.0, "to": 0.0, "steps": 12}, of.LinearLR, {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 12}),
        ("linear", {"from": 0.25, "to": 1.0, "steps": 5}, of.LinearLR, {"start_factor": 0.25, "end_factor": 1.0, "total_iters": 5}),
    ]
    for name, options, kind, arguments in cases:
        rates = schedule_rates(kind, arguments, 0.1, 12)
        yield {"name": name, "lr": 0.1, "options": options, "rates": [number(rate) for rate in rates]}


def document():
    described = {}
    for name, (start, loss_of) in problems.items():
        data, initial = start()
        p = {key: value.clone().requires_grad_() for key, value in initial.items()}
        loss_of(data, p).backward()
        gradients = {key: tensor(value.grad) for key, value in p.items()}
        described[name] = {"data": tensors(data), "parameters": tensors(initial), "gradients": gradients}
    return {"about": about, **described, "trajectories": list(trajectories()), "schedules": list(schedules())}
